"""Reports: what was found, for a person, a pull request and a machine."""
