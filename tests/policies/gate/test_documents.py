"""`get_policy_document`, answered with no provider: the JSON that the provider writes."""

import json
from typing import Any

import pytest
from ecs_policies.gate.recorder.documents import DocumentError, policy_document


def document(**args: Any) -> dict[str, Any]:
    return json.loads(policy_document(args)["json"])


def statement(**args: Any) -> dict[str, Any]:
    (found,) = document(statements=[args])["Statement"]
    return found


def source(*statements: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


def test_a_statement_allows_unless_it_says_otherwise():
    assert statement(actions=["s3:GetObject"], resources=["*"]) == {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "*",
    }
    assert statement(effect="Deny", notActions=["iam:*"], notResources=["*"])["Effect"] == "Deny"


def test_lists_are_sorted_downwards_and_a_single_value_stands_alone():
    found = statement(actions=["a:A", "b:B"], resources=["*"])
    assert (found["Action"], found["Resource"]) == (["b:B", "a:A"], "*")


def test_every_member_has_its_place():
    found = statement(
        sid="All",
        effect="Allow",
        actions=["a:A"],
        notActions=["b:B"],
        resources=["r"],
        notResources=["s"],
        principals=[{"type": "AWS", "identifiers": ["arn:a", "arn:b"]}],
        notPrincipals=[{"type": "Service", "identifiers": ["ecs.amazonaws.com"]}],
        conditions=[{"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": ["o-1"]}],
    )
    assert list(found) == [
        *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"),
        *("Principal", "NotPrincipal", "Condition"),
    ]
    assert found["Principal"] == {"AWS": ["arn:b", "arn:a"]}
    assert found["NotPrincipal"] == {"Service": "ecs.amazonaws.com"}
    assert found["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}


def test_principals_of_one_type_are_gathered_and_everyone_is_a_star():
    gathered = statement(
        principals=[
            {"type": "Service", "identifiers": ["b.amazonaws.com"]},
            {"type": "Service", "identifiers": ["a.amazonaws.com"]},
        ]
    )
    assert gathered["Principal"] == {"Service": ["b.amazonaws.com", "a.amazonaws.com"]}
    assert statement(principals=[{"type": "*", "identifiers": ["*"]}])["Principal"] == "*"
    assert statement(principals=[{"type": "AWS", "identifiers": ["*"]}])["Principal"] == {"AWS": "*"}


def test_conditions_of_one_operator_and_key_are_gathered():
    found = statement(
        conditions=[
            {"test": "StringLike", "variable": "k", "values": ["a"]},
            {"test": "StringLike", "variable": "k", "values": ["b"]},
            {"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]},
        ]
    )
    assert found["Condition"] == {
        "Bool": {"aws:SecureTransport": "false"},
        "StringLike": {"k": ["a", "b"]},
    }


def test_a_policy_variable_gets_its_dollar():
    assert (
        statement(resources=["arn:aws:s3:::b/&{aws:username}/*"])["Resource"]
        == "arn:aws:s3:::b/${aws:username}/*"
    )


def test_sources_come_first_and_a_statement_with_their_sid_takes_its_place():
    found = document(
        sourcePolicyDocuments=[
            source({"Sid": "A", "Effect": "Allow"}),
            source({"Sid": "B", "Effect": "Allow"}),
        ],
        statements=[{"sid": "B", "effect": "Deny"}, {"actions": ["x:Y"]}],
    )
    assert [(it.get("Sid"), it["Effect"]) for it in found["Statement"]] == [
        ("A", "Allow"),
        ("B", "Deny"),
        (None, "Allow"),
    ]


def test_overrides_have_the_last_word():
    found = document(
        statements=[{"sid": "A", "effect": "Allow"}],
        overridePolicyDocuments=[
            source({"Sid": "A", "Effect": "Deny"}, {"Effect": "Allow", "Action": "x:Y"})
        ],
    )
    assert [it["Effect"] for it in found["Statement"]] == ["Deny", "Allow"]


def test_two_sources_with_one_sid_are_refused():
    twice = source({"Sid": "A", "Effect": "Allow"})
    with pytest.raises(DocumentError, match='the sid "A"'):
        document(sourcePolicyDocuments=[twice, twice])


@pytest.mark.parametrize("broken", ["{", "[]", '"text"'])
def test_a_source_that_is_no_json_object_is_refused(broken: str):
    with pytest.raises(DocumentError):
        document(sourcePolicyDocuments=[broken])


def test_a_source_may_have_one_statement_that_is_no_list():
    assert document(sourceJson='{"Statement": {"Effect": "Deny"}}')["Statement"] == [{"Effect": "Deny"}]


def test_version_and_id_are_the_documents_own():
    found = document(policyId="mine", version="2008-10-17", statements=[{"actions": ["a:B"]}])
    assert (found["Version"], found["Id"]) == ("2008-10-17", "mine")
    assert document(statements=[{"actions": ["a:B"]}])["Version"] == "2012-10-17"


def test_a_document_without_statements_has_none():
    assert document() == {"Version": "2012-10-17"}


def test_the_minified_document_is_the_same_without_spaces():
    answer = policy_document({"statements": [{"actions": ["a:B"], "resources": ["*"]}]})
    assert json.loads(answer["minifiedJson"]) == json.loads(answer["json"])
    assert " " not in answer["minifiedJson"]
    assert "\n  " in answer["json"]
