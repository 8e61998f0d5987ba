"""The stand-in `pulumi-resource-aws`: turns Pulumi resources into boto3 calls against the embedded AWS.

`python -m emulator.provider` serves it. What a resource *is* comes from pulumi_aws (schemas/*.json, written
by generate.py); what it *does* is a table entry (`model.Resource`) in resources/<service>.py.

To add a type:

1. Add a `Resource` to resources/<service>.py and to that module's RESOURCES (a new module goes into AREAS in
   resources/__init__.py). Names that match botocore's members in any case, singular or plural, need nothing;
   others go into `rename` (writing) and `props` or `rename` (reading).
2. Every input must be carried: by `create` (matching names by itself, or `send`), by a `Change`
   (`at_create` when the create call can't carry it; `Code.send` says what a special case carries), by
   `tags`; or it must be declared `provider_only` (steers the provider) or `refused` (a check failure when
   set). Nested ones too. A test holds this.
3. `replace` names what forces a replacement: at least what pulumi_aws's docstrings say (a test), and what
   else the official provider does. `defaults` are the official provider's, filled in by Check.
4. `python -m emulator.provider.generate`.
5. Add a `Case` to tests/emulator/provider/cases/<service>.py: full inputs, what changes in place, what
   replaces. The test runs its whole life and fails on a spurious or a missing difference; mend those with
   `sets` (unordered lists), `json` (documents), `computed` (AWS fills it in), `same`, or the read's
   `props`.

Special cases are `Code(run=function)` with an `operation.Operation`: `.inputs`, `.old`, `.id`, `.changed`,
`.region`, `.session.account`, `.client()`, `.call(op, params, retry=codes)`. A create returns the id; a
read returns properties, or None when the resource is gone. Raise `operation.OperationError` with one clear
line.

To add an invoke: an `Invoke(token, run, uses=(arguments it heeds))` in the module's INVOKES; `run` gets a
`Query` and returns the results by Pulumi's names.

Order of a create: the create call (with tags where `Tags.member` says so), changes with `at_create` in
table order, tags, `waits`, then `read` — a full read from AWS, so the state holds what AWS has and not what
was sent. A failure after the create call is reported with the id, so that the engine records the resource.
"""
