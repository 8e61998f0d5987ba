"""One life for each type in the table; a module for each service, as in emulator/provider/resources."""

from tests.emulator.provider.cases import ec2, iam

CASES = (*ec2.CASES, *iam.CASES)
