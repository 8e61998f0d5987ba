import pytest

from components.serving import Running, unserved

OLD = "arn:aws:ecs:us-east-1:123456789012:task-definition/web-application-dev-web:6"
NEW = "arn:aws:ecs:us-east-1:123456789012:task-definition/web-application-dev-web:7"
TWO = Running(desired=2, running=2)


@pytest.mark.parametrize("running", [TWO, Running(desired=3, running=2), Running(desired=0, running=0)])
def test_all_is_well_when_the_revision_asked_for_serves_even_while_tasks_are_added(running: Running):
    assert unserved("web", asked=NEW, serving=NEW, running=running) is None


def test_a_rollback_is_told_with_both_revisions_and_what_to_do():
    message = unserved("web-1", asked=NEW, serving=OLD, running=TWO)
    assert message is not None
    assert "service web-1 serves web-application-dev-web:6 and not web-application-dev-web:7" in message
    assert "`pulumi up --refresh`" in message


def test_a_revision_of_which_nothing_runs_does_not_serve():
    message = unserved("web-1", asked=NEW, serving=NEW, running=Running(desired=2, running=0))
    assert message is not None
    assert "runs none of the 2 tasks of web-application-dev-web:7" in message
    assert "`pulumi up --refresh`" in message
