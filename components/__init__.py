"""The boxes of the picture, one file each: a box is a ComponentResource built from (name, args, opts)."""
