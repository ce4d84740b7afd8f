"""A record in the forms that others know; docs/views.md says what each leaves out."""
