"""The web application as a package of one component, for Pulumi programs elsewhere in any language."""
