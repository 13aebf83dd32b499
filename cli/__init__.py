"""The one command, `cmp-digital`: starts services by name, and the tools of those who operate them."""
