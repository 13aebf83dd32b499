"""A mail server that delivers to nobody: it catches every mail by SMTP and shows it on a page and as JSON."""
