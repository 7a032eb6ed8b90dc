"""Who a request comes from, and whether they may."""

from typing import Annotated

from fastapi import Depends, Request

from domain.caller import Caller, Role
from domain.errors import Forbidden


def caller_of(request: Request) -> Caller:
    """As the door knew them. Raises AttributeError beside the door: no route is to be reached without one."""
    caller: Caller = request.state.caller
    return caller


TheCaller = Annotated[Caller, Depends(caller_of)]


def require(caller: Caller, role: Role) -> None:
    """Raises Forbidden for a caller who may not."""
    if not caller.role.includes(role):
        raise Forbidden(
            f"this needs the role {role}, and the key of {caller.shown} has the role {caller.role}",
            remedy=f"ask somebody who is {'an' if role[0] in 'ao' else 'a'} {role}",
        )
