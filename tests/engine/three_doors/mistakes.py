"""All the mistakes that the three doors are tried with, by what they are."""

from collections.abc import Mapping

from tests.engine.three_doors.mistakes_around_tasks import DATA, NETWORK
from tests.engine.three_doors.mistakes_in_tasks import REFUSED, ROLES, TASKS
from tests.engine.three_doors.spoiling import Mistake

MISTAKES: Mapping[str, Mistake] = {**TASKS, **REFUSED, **ROLES, **NETWORK, **DATA}
