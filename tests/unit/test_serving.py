from components.serving import rolled_back

OLD = "arn:aws:ecs:us-east-1:123456789012:task-definition/web-application-dev-web:6"
NEW = "arn:aws:ecs:us-east-1:123456789012:task-definition/web-application-dev-web:7"


def test_all_is_well_when_the_revision_asked_for_serves():
    assert rolled_back("web", asked=NEW, serving=NEW) is None


def test_a_rollback_is_told_with_both_revisions_and_what_to_do():
    message = rolled_back("web-1", asked=NEW, serving=OLD)
    assert message is not None
    assert "service web-1 serves web-application-dev-web:6 and not web-application-dev-web:7" in message
    assert "`pulumi up --refresh`" in message
