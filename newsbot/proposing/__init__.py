"""From what a site shows to a source file: what was found, how sure it is, what stays for a person to fill in. Pure."""
