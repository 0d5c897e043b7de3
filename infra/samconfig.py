"""Reads the settings of `sam deploy`: samconfig.toml, and the parameters that the template declares."""

import json
import re
import shlex

try:
    import tomllib
except ImportError:  # before Python 3.11
    tomllib = None


class ConfigError(Exception):
    """A file that can't be read, in one sentence."""


class Settings:
    """The settings of one environment of samconfig.toml."""

    def __init__(self, stack_name=None, region=None, profile=None, parameters=None):
        self.stack_name = stack_name
        self.region = region
        self.profile = profile
        self.parameters = parameters or {}


def read_settings(path, environment):
    """Returns the settings of `environment`. As in SAM, `deploy` overrides `global`."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} can't be read: it is not UTF-8. Save it as UTF-8 without a byte order mark") from None
    if text.startswith("\ufeff"):
        raise ConfigError(f"{path} can't be read: it begins with a byte order mark. Save it as UTF-8 without one")
    try:
        config = tomllib.loads(text) if tomllib else parse_toml(text)
    except ValueError as error:
        raise ConfigError(f"{path} can't be read: {error}") from None
    if not isinstance(config.get(environment), dict):
        known = ", ".join(name for name, value in config.items() if isinstance(value, dict))
        raise ConfigError(f"{path} has no environment {environment}; it has: {known}")
    merged = {}
    for command in ("global", "deploy"):
        table = config[environment].get(command, {})
        parameters = table.get("parameters", {}) if isinstance(table, dict) else None
        if not isinstance(parameters, dict):
            raise ConfigError(f"{path}: {environment}.{command} is not a table with parameters")
        merged.update(parameters)
    try:
        parameters = parse_overrides(merged.get("parameter_overrides", ""))
    except ValueError as error:
        raise ConfigError(f"{path}: parameter_overrides of {environment} can't be read: {error}") from None
    return Settings(merged.get("stack_name"), merged.get("region"), merged.get("profile"), parameters)


def parse_overrides(overrides):
    """Reads `parameter_overrides`: `A=1 B=2`, `ParameterKey=A,ParameterValue=1`, or a list of either."""
    if not isinstance(overrides, (str, list)) or (isinstance(overrides, list) and not all(isinstance(it, str) for it in overrides)):
        raise ValueError("it is neither a string nor a list of strings")
    parts = overrides if isinstance(overrides, list) else shlex.split(overrides)
    parameters = {}
    for part in parts:
        long = re.fullmatch(r"ParameterKey=([^,]+),ParameterValue=(.*)", part)
        name, equals, value = (long[1], "=", long[2]) if long else part.partition("=")
        if not equals or not name:
            raise ValueError(f"{part!r} is not NAME=VALUE")
        parameters[name] = value.strip("\"'")
    return parameters


def parse_toml(text):
    """Reads as much of TOML as samconfig.toml needs, for Python before 3.11: tables, strings, numbers, booleans and
    lists of strings on one line. Anything else raises `ValueError` rather than being misread."""
    root, table = {}, None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        header = re.fullmatch(r"\[([A-Za-z0-9_.-]+)\]\s*(#.*)?", line)
        if header:
            table = root
            for name in header[1].split("."):
                table = table.setdefault(name, {})
            continue
        pair = re.fullmatch(r"([A-Za-z0-9_-]+)\s*=\s*(.+)", line)
        if not pair:
            raise ValueError(f"line {number} can't be parsed (Python 3.11 or newer reads all of TOML)")
        (root if table is None else table)[pair[1]] = toml_value(pair[2], number)
    return root


def toml_value(text, number):
    string = r'"(?:[^"\\]|\\.)*"|' + r"'[^']*'"
    unquote = lambda quoted: json.loads(quoted) if quoted.startswith('"') else quoted[1:-1]
    if text.startswith(('"""', "'''")):
        raise ValueError(f"line {number} can't be parsed (Python 3.11 or newer reads all of TOML)")
    for pattern, read in [
        (rf"({string})", unquote),
        (r"(true|false)", lambda word: word == "true"),
        (r"([+-]?[0-9]+(?:\.[0-9]+)?)", float),
        (rf"(\[\s*(?:(?:{string})\s*,?\s*)*\])", lambda all_: [unquote(one) for one in re.findall(string, all_)]),
    ]:
        found = re.fullmatch(pattern + r"\s*(?:#.*)?", text)
        if found:
            return read(found[1])
    raise ValueError(f"line {number} can't be parsed (Python 3.11 or newer reads all of TOML)")


def read_template_parameters(path):
    """Returns the parameters that the template declares: name to a dict with those of `Default`, `AllowedPattern` and
    `AllowedValues` that it has. Without a YAML library, this reads the plain form that infra/template.yaml is written in."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}") from None
    parameters, inside, current = {}, False, None
    for line in lines:
        if re.match(r"\S", line) and not line.startswith("#"):
            inside = line.startswith("Parameters:")
        elif inside:
            name = re.fullmatch(r"  ([A-Za-z0-9]+):\s*", line)
            field = re.fullmatch(r"    (Default|AllowedPattern|AllowedValues): (.*)", line)
            if name:
                current = parameters.setdefault(name[1], {})
            elif field and current is not None:
                current[field[1]] = yaml_value(field[2].strip())
    if not parameters:
        raise ConfigError(f"{path} declares no parameters")
    return parameters


def yaml_value(text):
    if text.startswith("["):
        return [yaml_value(part.strip()) for part in text.strip("[]").split(",")]
    if text.startswith('"'):
        return json.loads(text)
    return text[1:-1].replace("''", "'") if text.startswith("'") else text
