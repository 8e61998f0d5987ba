"""What stands in for AWS and for the official provider when the stack is the local one."""
