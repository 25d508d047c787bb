"""What the tasks of `deletion_release` call: ask two named people, take what they signed, and evaluate anew each time.

No approver's private key comes here. Who answers in Airflow brings a statement that he signed on his own machine
(`meldingskontroll release statement`), and the setting `approver_users` says which user is which approver.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from meldingskontroll.domain import AuditInputError, Clock, RefusedError
from meldingskontroll.lake import WorkFolder
from meldingskontroll.orchestration import clock_of, given_to_run, ready_for_approval, run_audit
from meldingskontroll.release.approvers import same_name
from meldingskontroll.release.statement import as_request, what_to_state
from meldingskontroll.settings import current

STATEMENT = "statement"
"""The field of the form that the signed statement is pasted into."""


def approver_users() -> dict[str, str]:
    """The approvers' names by their user's id in Airflow, from the setting.

    Raises:
        AuditInputError: it does not name two people. With nobody named, Airflow would let anyone answer.
    """
    pairs = [part.partition("=") for part in current().approver_users.split(";") if part.strip()]
    users = {user.strip(): name.strip() for user, _, name in pairs}
    if not all(user and name for user, name in users.items()) or len(users) != len(pairs):
        raise AuditInputError(
            "MELDINGSKONTROLL_APPROVER_USERS skal være «bruker=Navn;bruker=Navn», hver bruker én gang."
        )
    if len({" ".join(name.casefold().split()) for name in users.values()}) < 2:
        raise AuditInputError("MELDINGSKONTROLL_APPROVER_USERS må navngi minst to personer som kan godkjenne.")
    return users


def evaluate(context: Mapping[str, Any]) -> dict[str, Any]:
    """Run the whole audit, and go on only where nothing is missing but the approvals.

    Returns:
        `{"shown", "approved", "seconds"}`: what the approvers are shown, in Norwegian, and who has approved already.

    Raises:
        AuditInputError: something else is missing, deletion is already released, or nobody is named to approve.
    """
    steps = run_audit(context)
    found = ready_for_approval(context)
    approver_users()
    if found["decision"] == "RELEASE":
        raise AuditInputError("Sletting er allerede frigitt. Landsoversikten fornyer frigivelsen så lenge alt holder.")
    work = WorkFolder(current().work)
    approved = [one["name"] for one in json.loads(work.decision.read_text(encoding="utf-8"))["approvals"]]
    seconds = round(sum(step.get("seconds", 0.0) for step in steps if isinstance(step, dict)), 3)
    return {"shown": _shown(what_to_state(work), approved), "approved": approved, "seconds": seconds}


def _shown(asked: Mapping[str, Any], approved: list[str]) -> str:
    counted = asked.get("overrides", 0)
    loud = f"**{counted} krav er overstyrt av en navngitt person, ikke oppfylt.** Se oversikten." if counted else ""
    so_far = f"Godkjent så langt: {', '.join(approved)}." if approved else "Ingen har godkjent ennå."
    return f"""
Alle {asked["roster_size"]} oppføringer i omfanget er verifisert per {asked["as_of_utc"]}. {so_far}
{loud}
Les [oversikten](/meldingskontroll/oversikt/index.html) før du svarer. Det som slettes, kan ikke hentes tilbake.

| du godkjenner | |
|---|---|
| kildene | `{asked["state"]}` |
| funnene | `{asked["findings_sha256"]}` |
| regelverket | `{asked["ruleset_version"]}` |

Lag erklæringen på din egen maskin, og lim inn linjen som kommandoen skriver. Nøkkelen din skal aldri hit.

```
meldingskontroll release statement --as "DITT NAVN" --key DIN_NØKKEL.json --request {as_request(asked)}
```
"""


def name_approvers(context: Mapping[str, Any]) -> None:
    """Let only the named people answer the task that is about to ask; others get 403 from Airflow."""
    context["task"].assigned_users = [{"id": user, "name": name} for user, name in approver_users().items()]


def record_approval(context: Mapping[str, Any], answer: Mapping[str, Any], *, last: bool) -> dict[str, Any]:
    """Take one person's answer: check who answered and what was signed, evaluate anew, and record the approval.

    An approval that the person has given before, and that still stands, is as good as a new one. `last` says that
    deletion must be released now.

    Returns:
        `{"name", "decision", "approved", "valid_until_utc"}`.

    Raises:
        RefusedError: it was not an approval, the answer is another's than the statement, or nothing came of it.
    """
    from meldingskontroll.approve import approve_by_statement

    user = (answer.get("responded_by_user") or {}).get("id")
    name = approver_users().get(str(user))
    if list(answer.get("chosen_options") or []) != ["Approve"] or name is None:
        raise RefusedError("Svaret er ikke en godkjenning fra en som er navngitt i MELDINGSKONTROLL_APPROVER_USERS.")
    statement = str((answer.get("params_input") or {}).get(STATEMENT) or "")
    given = approve_by_statement(WorkFolder(current().work), name, statement, clock_of(context), current())
    document = given.document
    approved = [one["name"] for one in document["approvals"]]
    stands = any(same_name(one, given.name) for one in approved)
    if not (document["decision"] == "RELEASE" if last else stands or document["decision"] == "RELEASE"):
        raise RefusedError(given.refusal or "Godkjenningen er registrert, men sletting holdes fortsatt tilbake.")
    found = {key: document[key] for key in ("decision", "valid_until_utc")}
    return {"name": given.name, "approved": approved, **found}


def renew(context: Mapping[str, Any]) -> dict[str, Any]:
    """Evaluate once more at the moment it is now, since people may have taken days to answer.

    A run that was given its moment stays at it.

    Returns:
        `{"decision", "as_of_utc", "valid_until_utc"}`.

    Raises:
        RefusedError: deletion is not released, or no longer.
    """
    from meldingskontroll.audit import audit

    work = WorkFolder(current().work)
    if not (given_to_run(context, "as_of") or current().as_of):
        audit(work, Clock.now(), current())
    document = json.loads(work.decision.read_text(encoding="utf-8"))
    if document["decision"] != "RELEASE":
        raise RefusedError(f"Sletting holdes tilbake: {', '.join(document['global_reasons'])}.")
    return {name: document[name] for name in ("decision", "as_of_utc", "valid_until_utc")}
