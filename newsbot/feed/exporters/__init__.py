"""Records to the files of other programs: one module a family of forms."""
