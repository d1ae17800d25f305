"""Environment variables as pydantic reads them: what they may hold, and what is said of those that cannot be used."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from orchestration.support.refusal import Refusal


def expected(what: str, what_to_do: str = "Correct it, or unset it.") -> ValueError:
    return ValueError(f"expected {what}. {what_to_do}")


def _absolute(text: Any) -> Any:
    if not Path(text).is_absolute():
        raise expected(
            "an absolute path, because a relative one means another folder in every process",
            "Set it to the full path.",
        )
    if Path(text).exists() and not Path(text).is_dir():
        raise expected("a folder, and it is a file")
    return Path(text)


def _whole(least: int) -> BeforeValidator:
    def number(text: Any) -> int:
        if not str(text).isdecimal() or int(text) < least:
            raise expected(f"a whole number from {least} on")
        return int(text)

    return BeforeValidator(number)


def _choice(text: str) -> bool:
    if text.casefold() not in ("yes", "no"):
        raise expected("yes or no")
    return text.casefold() == "yes"


def _cron(text: str) -> str:
    if not re.fullmatch(r"\s*(@\w+|[\w*/,?#-]+(\s+[\w*/,?#-]+){4})\s*", text):
        raise expected(
            "the five fields of cron (minute, hour, day of the month, month, day of the week), such as "
            "45 9 * * 1-5 for 09:45 on working days"
        )
    return text.strip()


def parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


AbsolutePath = Annotated[Path, BeforeValidator(_absolute)]
Choice = Annotated[bool, BeforeValidator(_choice)]
Cron = Annotated[str, BeforeValidator(_cron)]
Parts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(parts)]
FromZero = Annotated[int, _whole(0)]


def one_of(*names: str) -> BeforeValidator:
    """Refuses a text that is none of these."""

    def known(text: str) -> str:
        if text not in names:
            raise expected(f"one of {', '.join(names)}")
        return text

    return BeforeValidator(known)


FromOne = Annotated[int, _whole(1)]
From64 = Annotated[int, _whole(64)]


class Environment(BaseSettings):
    """Variables of the environment, each by its name without the prefix. An empty one counts as not set."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True, extra="ignore", validate_default=False)

    @classmethod
    def read(cls) -> Self:
        """Reads the variables. Raises Refusal with a line for each that has a value which cannot be used."""
        try:
            return cls()
        except ValidationError as error:
            prefix = cls.model_config.get("env_prefix", "")
            raise Refusal("\n".join(_fault(one, prefix) for one in error.errors())) from None


def _fault(error: Any, prefix: str) -> str:
    told = str(error["ctx"]["error"]) if "ctx" in error else f"expected another value ({error['msg']}). Correct it."
    if not error["loc"]:
        return told
    return f"{prefix}{str(error['loc'][0]).upper()}: found {error['input']!r}; {told}"


def described(variables: type[Environment]) -> Iterator[tuple[str, str, str]]:
    """Each variable with its meaning and what holds where it is not set, as Markdown.

    A field whose default says little has its words in `json_schema_extra` under `unset`.
    """
    prefix = variables.model_config.get("env_prefix", "")
    for name, one in variables.model_fields.items():
        extra = one.json_schema_extra if isinstance(one.json_schema_extra, dict) else {}
        default = ("yes" if one.default else "no") if isinstance(one.default, bool) else one.default
        unset = extra.get("unset") or (f"`{default}`" if default not in ("", (), None) else "")
        yield f"`{prefix}{name.upper()}`", str(one.description), str(unset)
