"""What an `up` and a `destroy` call beyond reading, by the part of the picture that it is about."""
