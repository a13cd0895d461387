#!/usr/bin/env python3
"""Verifies the file of a ballot's result offline, and counts the ballot again.

It follows docs/ballots.md, docs/decision-rules.md and docs/act-log.md alone, shares no code with plenary, and needs nothing but the
standard library of Python 3.9.

Exit codes: 0 proved; 1 the proof failed, and the message names the act or the line at fault; 2 the input cannot be read; 3 what was checked
is in order, but something could not be checked, or no key was given.
"""

import argparse
import base64
import binascii
import datetime
import hashlib
import json
import re
import sys
from fractions import Fraction

MAX_INT = 9007199254740991
MAX_LINE = 1048576
MAX_DEPTH = 64


class Fault(Exception):
    """The proof failed."""


class Unreadable(Exception):
    """The input is nothing that can be verified."""


class Malformed(Exception):
    """A part of the input has not the form that it must have; who reads the part says where."""


def require(condition, message):
    if not condition:
        raise Malformed(message)


# JSON, as strictly as act-log.md section 5 asks for.


def unique(pairs):
    members = dict(pairs)
    require(len(members) == len(pairs), "has a member twice")
    return members


def no_float(text):
    raise Malformed("has the number %s, which is not whole" % text)


def sound(value, depth=0):
    """Refuses what is nested too deeply and half surrogate pairs."""
    require(depth <= MAX_DEPTH, "is nested too deeply")
    if isinstance(value, str):
        require(not any("\ud800" <= c <= "\udfff" for c in value), "has half of a surrogate pair")
    elif isinstance(value, list):
        for one in value:
            sound(one, depth + 1)
    elif isinstance(value, dict):
        for name, one in value.items():
            sound(name, depth + 1)
            sound(one, depth + 1)


def parse(raw, parse_float=no_float):
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        require(not text.startswith("\ufeff"), "begins with a byte order mark")
        value = json.loads(text, object_pairs_hook=unique, parse_float=parse_float, parse_constant=no_float)
    except (ValueError, RecursionError) as wrong:
        raise Malformed("is not JSON: %s" % wrong)
    sound(value)
    return value


def canonical(value):
    """The form of RFC 8785, for values with whole numbers."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(value[name]) for name in names) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(canonical(one) for one in value) + b"]"
    if isinstance(value, int) and not isinstance(value, bool):
        require(abs(value) <= MAX_INT, "has a number that is too large")
    return json.dumps(value, ensure_ascii=False).encode("utf-8")


class Members:
    """The members of an object of a known form."""

    def __init__(self, value):
        require(isinstance(value, dict), "is not an object")
        self.left = dict(value)

    def take(self, name, form):
        require(name in self.left, "has no %s" % name)
        return form(self.left.pop(name))

    def maybe(self, name, form):
        return self.take(name, form) if name in self.left else None

    def end(self):
        require(not self.left, "has an unknown member %s" % ", ".join(self.left))


def form(check, what):
    def read(value):
        require(check(value), "has a value that is not %s" % what)
        return value

    return read


def like(pattern):
    whole = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and whole.fullmatch(value) is not None


def is_time(value):
    if not like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")(value):
        return False
    try:
        datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return False
    return True


def is_id(noun):
    suffix = like(noun + "_[0-7][0-9a-hjkmnp-tv-z]{25}")
    return lambda value: suffix(value) and not value.endswith("_" + "0" * 26)


def is_origin(value):
    return isinstance(value, str) and 0 < len(value.encode("utf-8")) <= 200 and all(c not in "+ " and c.isprintable() for c in value)


whole = form(lambda v: isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= MAX_INT, "a whole number")
text = form(lambda v: isinstance(v, str), "a text")
filled = form(lambda v: isinstance(v, str) and v != "", "a text")
true = form(lambda v: v is True, "true")
truth = form(lambda v: isinstance(v, bool), "true or false")
word = form(like(r"[A-Za-z0-9.\-_]{1,64}"), "a word")
hash_hex = form(like("[0-9a-f]{64}"), "a hash")
salt_hex = form(like("[0-9a-f]{32}"), "a salt")
time = form(is_time, "a time")
origin = form(is_origin, "the name of a log")
version = form(lambda v: v == 1 and not isinstance(v, bool), "a version that is known")


def id_of(noun="[a-z]{1,63}"):
    return form(is_id(noun), "an id")


def base64_of(value, length=None):
    require(isinstance(value, str), "has a value that is not base64")
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("has a value that is not base64")
    require(base64.b64encode(raw).decode() == value and length in (None, len(raw)), "has a value that is not base64 of the right length")
    return raw


def hashes(value):
    require(isinstance(value, list), "has no list of hashes")
    return [base64_of(one, 32) for one in value]


def uuid_of(typeid):
    """The 16 bytes of a TypeID."""
    number = 0
    for letter in typeid.rsplit("_", 1)[1]:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(letter)
    return number.to_bytes(16, "big")


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# Merkle trees: RFC 6962, verified as RFC 9162 sections 2.1.3.2 and 2.1.4.2 say.


def leaf_hash(leaf):
    return sha256(b"\x00", leaf)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def root_of(leaves):
    """The root over the hashes of leaves."""
    if not leaves:
        return sha256()
    level = leaves
    while len(level) > 1:  # a node without a sibling moves up: the left subtree is always the largest power of two
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def tree(values):
    return root_of([leaf_hash(canonical(v)) for v in values]).hex()


def included(path, size, root, index, leaf):
    if index >= size:
        return False
    at, last, here = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            here = node_hash(step, here)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            here = node_hash(here, step)
        at, last = at >> 1, last >> 1
    return last == 0 and here == root


def consistent(path, old_size, old_root, size, root):
    if old_size < 1 or old_size > size:
        return False
    if old_size == size:
        return not path and old_root == root
    path = list(path)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old == old_root and new == root


# Ed25519: RFC 8032 section 5.1.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    q = (0, 1, 1, 0)
    while n:
        if n & 1:
            q = add(q, p)
        p, n = add(p, p), n >> 1
    return q


def point(raw):
    """Decodes a point; None for bytes that are none."""
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or not x and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public, message, signature):
    if len(signature) != 64:
        return False
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# Signed notes, checkpoints and keys: C2SP signed-note and tlog-checkpoint.


class Key:
    def __init__(self, vkey):
        self.name, _, rest = vkey.partition("+")
        tag, _, data = rest.partition("+")
        raw = base64_of(data, 33)
        require(is_origin(self.name) and raw[0] == 1, "is not a key of Ed25519")
        self.tag, self.public = sha256(self.name.encode(), b"\n", raw)[:4], raw[1:]
        require(self.tag.hex() == tag, "is a key whose hash is wrong")
        self.vkey = "%s+%s+%s" % (self.name, tag, data)


def keys_of(given):
    """A verifier key, or a file with one a line."""
    try:
        return [Key(given)]
    except Malformed:
        pass
    try:
        with open(given, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
        keys = [Key(line) for line in lines if line and not line.startswith("#")]
    except (OSError, ValueError, Malformed) as wrong:
        raise Unreadable("%.200s is neither a verifier key nor a file of them: %s" % (given, wrong))
    if not keys:
        raise Unreadable("%s contains no key" % given)
    return keys


def open_note(note, keys):
    """The text of a note, and the keys of these that signed it."""
    at = note.rfind("\n\n")
    require(at >= 0 and note.endswith("\n"), "is not a signed note")
    body, by = note[: at + 1], []
    require(all(c == "\n" or c >= " " for c in note), "is not a signed note")
    lines = note[at + 2 : -1].split("\n")
    require(0 < len(lines) <= 100, "is not a signed note")
    for line in lines:
        parts = line.split(" ")
        require(len(parts) == 3 and parts[0] == "\u2014", "is not a signed note")
        try:
            raw = base64.b64decode(parts[2], validate=True)
        except (binascii.Error, ValueError):
            raise Malformed("is not a signed note")
        require(is_origin(parts[1]) and len(raw) >= 5, "is not a signed note")
        for key in keys:
            if (key.name, key.tag) == (parts[1], raw[:4]):
                base64_of(parts[2])
                if not signed(key.public, body.encode("utf-8"), raw[4:]):
                    raise Fault("has an invalid signature of the key %s" % key.vkey)
                by.append(key)
    return body, by


class Checkpoint:
    def __init__(self, note, keys):
        at = note.rfind("\n\n")
        require(at >= 0, "is not a signed note")
        lines = note[: at + 1].split("\n")
        require(len(lines) >= 4 and "" not in lines[:-1], "has not one line each for origin, size and root")
        require(like("0|[1-9][0-9]{0,15}")(lines[1]) and int(lines[1]) <= MAX_INT, "has a size that is no number")
        self.origin, self.size, self.root = origin(lines[0]), int(lines[1]), base64_of(lines[2], 32)
        self.tree = self.size, self.root
        _, self.by = open_note(note, [key for key in keys if key.name == self.origin])


def generation(name):
    before, slash, number = name.rpartition("/")
    if slash and like("[1-9][0-9]{0,15}")(number) and int(number) > 1:
        return before, int(number)
    return name, 1


# Decision rules: docs/decision-rules.md.

ELIGIBLE, CAST, COUNTED = "ELIGIBLE", "CAST", "COUNTED"


class Leaf:
    """What happened in one leaf."""

    def __init__(self, path):
        self.path = path
        self.eligible = self.cast = self.counted = 0
        self.papers = self.casters = self.opened = self.silent = 0
        self.chose = {}
        self.destroyed = False

    def members(self, basis):
        return {ELIGIBLE: self.eligible, CAST: self.cast, COUNTED: self.counted}[basis]


class Rule:
    def __init__(self, document):
        electorate, ballot = document["electorate"], document["ballot"]
        self.tree = electorate["tree"]
        self.groups = electorate.get("groups") or [node["key"] for node in self.tree]
        self.per, self.lost = electorate.get("per", COUNTED), electorate.get("emptyShare") == "LOST"
        self.choices, self.abstain = ballot["choices"], ballot.get("abstain")
        self.abstentions_count = ballot.get("abstentions") == COUNTED
        self.silence, self.reasons_for = ballot.get("silence", "ABSENT"), ballot.get("reasonsFor") or []
        self.secret, self.floor = ballot.get("secrecy") == "SECRET", ballot.get("secrecyFloor", 5)
        self.quorum, self.tests, self.objections = (document.get(name) or [] for name in ("quorum", "tests", "objections"))
        self.any_of = document.get("anyOf")
        self.leaves = list(self.below("", self.tree))

    def below(self, above, nodes):
        for node in nodes:
            path = above + node["key"]
            if node.get("children"):
                yield from self.below(path + ".", node["children"])
            else:
                yield path

    def counts(self, choice):
        return choice != self.abstain or self.abstentions_count

    def within(self, group):
        """The places of the leaves of a group; None is the whole."""
        return [i for i, leaf in enumerate(self.leaves) if group is None or leaf == group or leaf.startswith(group + ".")]

    def shares(self, members):
        """What each leaf has of the whole, when it has so many members in the basis."""
        given = [Fraction(0)] * len(self.leaves)

        def populated(path):
            return any(members[i] for i in self.within(path))

        def divide(above, nodes, amount):
            there = [node for node in nodes if populated(above + node["key"])]
            parts = sum(Fraction(node["share"]) for node in there)
            for node in there:
                path, share = above + node["key"], Fraction(node["share"])
                if share == 0:
                    continue
                part = amount * share if self.lost else amount * share / parts
                if node.get("children"):
                    divide(path + ".", node["children"], part)
                else:
                    given[self.leaves.index(path)] = part

        divide("", self.tree, Fraction(1))
        return given

    def speak_for_silence(self, leaves):
        choice = None
        if self.silence == "ABSTAIN":
            choice = self.abstain
        elif self.silence == "WITH_MAJORITY":
            papers = {c: sum(leaf.chose.get(c, 0) for leaf in leaves) for c in self.choices if self.counts(c)}
            most = [c for c, n in papers.items() if n == max(papers.values())]
            choice = most[0] if len(most) == 1 else None
        if choice is None:
            return
        for leaf in leaves:
            leaf.silent = leaf.eligible - leaf.cast
            leaf.cast += leaf.silent
            leaf.chose[choice] = leaf.chose.get(choice, 0) + leaf.silent
            if self.counts(choice):
                leaf.counted += leaf.silent

    def evaluate(self, leaves):
        """The result, without its sentence."""
        for leaf in leaves:
            if self.secret and leaf.papers and leaf.casters < self.floor:
                leaf.destroyed, leaf.counted, leaf.opened, leaf.chose = True, 0, 0, {}
        self.speak_for_silence(leaves)
        return Evaluation(self, leaves).result()


def shown(number):
    return str(Fraction(number))


class Evaluation:
    def __init__(self, rule, leaves):
        self.rule, self.leaves = rule, leaves
        self.shares = {basis: rule.shares([leaf.members(basis) for leaf in leaves]) for basis in (ELIGIBLE, CAST, COUNTED)}

    def total(self, group, of):
        return sum(of(self.leaves[i]) for i in self.rule.within(group))

    def weight(self, group, basis, of):
        weight = Fraction(0)
        for i in self.rule.within(group):
            members = self.leaves[i].members(basis)
            if members:
                weight += self.shares[basis][i] * min(of(self.leaves[i]), members) / members
        return weight

    def chosen_weight(self, group, basis, choice):
        if basis == COUNTED and not self.rule.counts(choice):
            return Fraction(0)
        return self.weight(group, basis, lambda leaf: leaf.chose.get(choice, 0))

    def finding(self, asked, role, group):
        base = ELIGIBLE if role == "quorum" else asked["base"]
        per = ELIGIBLE if base == ELIGIBLE else self.rule.per
        if role == "quorum":
            chose = lambda leaf: leaf.cast
        else:
            chose = lambda leaf: leaf.chose.get(asked["choice"], 0)
        if asked["of"] == "MEMBERS":
            left, whole_base = self.total(group, chose), self.total(group, lambda leaf: leaf.members(base))
        else:
            left = self.weight(group, per, chose) if role == "quorum" else self.chosen_weight(group, per, asked["choice"])
            whole_base = self.weight(group, per, lambda leaf: leaf.members(base))
        bound = asked["count"] if "count" in asked else Fraction(asked["ratio"]) * whole_base
        holds = {">=": left >= bound, ">": left > bound, "<=": left <= bound, "<": left < bound}[asked["op"]]
        cause = None
        if "count" not in asked and whole_base == 0:
            holds, cause = False, "NO_BASE"
        if group is not None:
            unopened = any(self.leaves[i].destroyed for i in self.rule.within(group)) and not self.total(group, lambda leaf: leaf.opened)
            if not self.total(group, lambda leaf: leaf.eligible):
                cause = "EMPTY"
                if role == "quorum" or role == "test" and asked["scope"] == "EACH_GROUP":
                    holds = True
                elif role == "objection" or asked["scope"] == "N_GROUPS":
                    holds = False
            elif role != "quorum" and unopened:
                holds, cause = False, cause or "DESTROYED"
        found = {"id": asked["id"], "group": group, "left": shown(left), "base": shown(whole_base), "bound": shown(bound), "holds": holds}
        if cause:
            found["cause"] = cause
        return found

    def ask(self, asked, role):
        """The findings of what the rule asks, and whether it holds."""
        scope = asked["scope"]
        groups = {"TOTAL": [None], "GROUPS": asked.get("groups")}.get(scope, self.rule.groups)
        found = [self.finding(asked, role, group) for group in groups]
        if scope == "N_GROUPS":
            won = sum(f["holds"] for f in found)
            holds = won >= asked["n"]
            last = {"id": asked["id"], "group": "*", "left": str(won), "base": str(len(groups)), "bound": str(asked["n"]), "holds": holds}
            return found + [last], holds
        return found, (any if role == "objection" else all)(f["holds"] for f in found)

    def counts_of(self, group):
        total, rule = self.total, self.rule
        return {
            "key": group,
            "eligible": total(group, lambda leaf: leaf.eligible),
            "cast": total(group, lambda leaf: leaf.cast),
            "counted": total(group, lambda leaf: leaf.counted),
            "destroyed": total(group, lambda leaf: leaf.papers if leaf.destroyed else 0),
            "silent": total(group, lambda leaf: leaf.silent),
            "choices": [
                {
                    "choice": c,
                    "papers": total(group, lambda leaf: leaf.chose.get(c, 0)),
                    "weight": shown(self.chosen_weight(group, rule.per, c)),
                }
                for c in rule.choices
            ],
        }

    def result(self):
        rule, result = self.rule, {"quorum": [], "tests": [], "objections": []}
        quorum, passed, effects = True, {}, set()
        for asked in rule.quorum:
            found, holds = self.ask(asked, "quorum")
            result["quorum"] += found
            quorum = quorum and holds
        for asked in rule.tests:
            found, passed[asked["id"]] = self.ask(asked, "test")
            result["tests"] += found
        for asked in rule.objections:
            found, holds = self.ask(asked, "objection")
            result["objections"] += found
            if holds:
                effects.add(asked["effect"])
        ways = rule.any_of if rule.any_of is not None else [list(passed)]
        if not quorum:
            result["outcome"] = "NO_QUORUM"
        elif "BLOCKS" in effects or not any(all(passed[name] for name in way) for way in ways):
            result["outcome"] = "REJECTED"
        else:
            result["outcome"] = "ADOPTED_ONCE_ANSWERED" if "ANSWER_FIRST" in effects else "ADOPTED"
        result["groups"] = [self.counts_of(group) for group in rule.groups + [None]]
        result["unopened"] = [
            {"leaf": leaf.path, "papers": leaf.papers, "missing": rule.floor - leaf.casters} for leaf in self.leaves if leaf.destroyed
        ]
        return result


# The file: docs/ballots.md.

STAGES = ["bundle", "checkpoint", "consistency", "act", None, "end"]


class File:
    def __init__(self, trusted, saved):
        self.trusted, self.given_keys, self.saved_note = trusted, bool(trusted), saved
        self.line, self.stage = 0, 0
        self.saved, self.points, self.links, self.unchecked, self.unknown = None, [], [], [], False
        self.last, self.acts = 0, []
        self.rule = self.result = None
        self.seats, self.papers, self.by_id = [], [], {}
        self.first = {"ballot.seat": 0, "ballot.paper": 0}

    def here(self, message):
        return Fault("line %d %s" % (self.line, message))

    def verify(self, data):
        lines = data.split(b"\n")
        if lines[-1] == b"":
            lines.pop()
        if not lines:
            raise Unreadable("this is not a bundle: it is empty")
        for raw in lines:
            self.line += 1
            if self.line == 1:
                self.begin(raw)
                continue
            try:
                require(len(raw) <= MAX_LINE, "is too long")
                self.one(raw)
            except Malformed as wrong:
                raise self.here(str(wrong))
        if self.stage < STAGES.index("end"):
            raise Fault("the file is truncated: it has no last line")
        if self.unknown:
            raise Fault("the file has lines of a kind that no result has")
        if self.complete or len(self.acts) < 2 or self.result is None:
            raise Fault("the file lacks the acts of a ballot, its rule or its result")

    def begin(self, raw):
        try:
            require(len(raw) <= MAX_LINE, "is too long")
            m = Members(parse(raw))
            require(m.take("kind", text) == "bundle", "is not the first line of a bundle")
            m.take("v", version)
            self.origin, keys = m.take("origin", origin), m.take("keys", lambda v: v)
            m.take("madeAt", time)
            self.complete = m.take("complete", truth)
            m.end()
            require(isinstance(keys, list), "has no list of keys")
            own = [Key(text(key)) for key in keys]
        except Malformed as wrong:
            raise Unreadable("this is not a bundle: line 1 %s" % wrong)
        self.named = {key.vkey for key in own}
        if not self.given_keys:
            self.trusted = own
        if self.saved_note:
            self.read_saved()

    def read_saved(self):
        try:
            saved = Checkpoint(self.saved_note, self.trusted)
        except Malformed as wrong:
            raise Unreadable("the checkpoint you saved %s" % wrong)
        except Fault as wrong:
            raise Fault("the checkpoint you saved %s" % wrong)
        if not saved.by:
            if self.given_keys:
                raise Fault("the checkpoint you saved is not signed by a key you trust")
            self.unchecked.append("who signed the checkpoint you saved: the bundle has no key for it")
        self.saved = saved

    def one(self, raw):
        if self.stage == STAGES.index("end"):
            raise self.here("comes after the last line")
        value = parse(raw, parse_float=float)
        m = Members(value)
        kind = m.take("kind", word)
        stage = STAGES.index(kind if kind in STAGES else None)
        if stage < self.stage or kind == "bundle":
            raise self.here("of kind %s is out of order" % kind)
        if self.stage <= 1 < stage:
            self.have_checkpoints()
        if self.stage <= 3 < stage:
            self.linked()
        self.stage = stage
        if kind == "checkpoint":
            self.checkpoint(m)
        elif kind == "consistency":
            self.consistency(m)
        elif kind == "act":
            self.act(m)
        elif kind == "end":
            lines = m.take("lines", whole)
            m.end()
            require(lines == self.line, "says that the bundle has %d lines, but it has %d" % (lines, self.line))
        elif kind in self.TAKE:
            self.TAKE[kind](self, self.value_of(raw, kind))
        else:
            self.unknown = True

    # The proofs.

    def checkpoint(self, m):
        note = m.take("note", text)
        m.end()
        try:
            c = Checkpoint(note, self.trusted)
        except (Malformed, Fault) as wrong:
            raise self.here("holds a checkpoint that %s" % wrong)
        if not c.by:
            raise self.here("holds a checkpoint that is not signed by a key you trust for %s" % c.origin)
        if self.points and (c.size < self.points[-1].size or c.size == self.points[-1].size and c.root != self.points[-1].root):
            raise self.here("holds a checkpoint of a smaller size, or of another root")
        c.line = self.line
        self.points.append(c)

    def have_checkpoints(self):
        if not self.points:
            raise self.here("comes before any checkpoint")
        head = self.points[-1]
        if head.origin != self.origin:
            raise Fault("line %d holds a checkpoint of %s, but the bundle is of %s" % (head.line, head.origin, self.origin))
        if not any(key.vkey in self.named for key in head.by):
            raise Fault("line 1 does not name the key that signed the checkpoint on line %d" % head.line)
        name, number = generation(self.origin)
        for c in self.points:
            if generation(c.origin)[0] != name or generation(c.origin)[1] > number:
                raise Fault("line %d holds a checkpoint of %s, but the bundle is of %s" % (c.line, c.origin, self.origin))
        if self.saved is None:
            return
        saved_name, saved_number = generation(self.saved.origin)
        if saved_name != name or saved_number > number:
            raise Fault("you saved a checkpoint of %s, but this bundle is of %s" % (self.saved.origin, self.origin))
        if saved_number == number and self.saved.size > head.size:
            raise Fault("the log has %d acts, fewer than the %d you saved" % (head.size, self.saved.size))
        if saved_number == number and self.saved.size == head.size and self.saved.root != head.root:
            raise Fault("the log was forked: it signed two roots at size %d" % head.size)

    def every(self):
        return self.points + ([self.saved] if self.saved else [])

    def consistency(self, m):
        old_size, size, path = m.take("from", whole), m.take("to", whole), m.take("hashes", hashes)
        m.end()
        old = {c.tree for c in self.every() if c.size == old_size}
        new = {c.tree for c in self.every() if c.size == size}
        if not old or not new:
            self.unchecked.append("the consistency proof on line %d: there are no checkpoints of both sizes" % self.line)
            return
        found = [(a, b) for a in old for b in new if consistent(path, a[0], a[1], b[0], b[1])]
        if not found:
            raise self.here("does not prove that the log at size %d is part of the log at size %d" % (old_size, size))
        self.links += found

    def linked(self):
        head = self.points[-1]
        proved = {head.tree, (0, sha256())}
        for c in sorted(self.every(), key=lambda c: -c.size):
            if any(a == c.tree and b in proved for a, b in self.links):
                proved.add(c.tree)
            if c.tree not in proved:
                where = " (line %d)" % c.line if c is not self.saved else ", which you saved,"
                raise Fault("nothing proves that the log at size %d%s is part of this one" % (c.size, where))

    def act(self, m):
        seq = m.take("seq", whole)
        require(seq > 0, "has a seq that does not start at 1")
        try:
            self.act_at(seq, m)
        except Malformed as wrong:
            raise Fault("seq %d: line %d %s" % (seq, self.line, wrong))
        except Fault as wrong:
            raise Fault("seq %d: %s" % (seq, wrong))

    def act_at(self, seq, m):
        entry, header = m.take("entry", hash_hex), m.maybe("header", lambda v: v)
        salt, member = m.maybe("salt", salt_hex), m.maybe("member", id_of("member"))
        payload, erased = m.maybe("payload", text), m.maybe("erased", id_of("member"))
        path = m.take("proof", hashes)
        m.end()
        if header is not None:
            self.header(header)
        head = self.points[-1]
        if seq <= self.last:
            raise Fault("it is repeated or out of order on line %d" % self.line)
        if seq > head.size:
            raise Fault("it is not in the log of size %d" % head.size)
        self.last = seq
        if header is None or salt is None or payload is None or erased is not None:
            raise Fault("is not opened")
        if sha256(b"plenary/act/v1\n", canonical(header)).hex() != entry:
            raise Fault("its header does not match its entry")
        if sha256(bytes.fromhex(salt), payload.encode("utf-8")).hex() != header["commitment"]:
            raise Fault("its payload does not match its commitment")
        if member is not None and sha256(bytes.fromhex(salt), b"member", uuid_of(member)).hex() != header.get("member"):
            raise Fault("its member does not match its commitment")
        said = parse(payload, parse_float=float)
        require(isinstance(said, dict), "has a payload that is not an object")
        if not included(path, head.size, head.root, seq - 1, leaf_hash(bytes.fromhex(entry))):
            raise Fault("its proof does not lead to the root of the checkpoint of size %d" % head.size)
        if len(self.acts) == 2 or header["type"] != ("ballot.opened", "ballot.counted")[len(self.acts)]:
            raise Fault("is not the act that opened the ballot, or not the one that counted it, or out of order")
        if self.acts and header.get("subject") != self.ballot:
            raise Fault("counts another ballot")
        self.ballot = header.get("subject")
        self.acts.append((seq, self.bound(header["type"], said)))

    @staticmethod
    def header(value):
        m = Members(value)
        has = {"at": time, "audience": word, "commitment": hash_hex, "id": id_of("act"), "policyVersion": whole, "revision": whole}
        may = {"dialogue": id_of("dialogue"), "member": hash_hex, "parent": id_of(), "stakeholder": id_of("stakeholder"), "subject": id_of()}
        for name, read in {**has, "type": word, "v": version}.items():
            m.take(name, read)
        for name, read in may.items():
            m.maybe(name, read)
        m.end()

    @staticmethod
    def bound(kind, said):
        """What the payload of an act binds; other members are ignored."""
        names = {
            "ballot.opened": {"ruleHash": hash_hex, "rollRoot": hash_hex, "seats": whole, "secrecy": text, "closesAt": text},
            "ballot.counted": {"papers": whole, "papersRoot": hash_hex, "seatsRoot": hash_hex, "resultHash": hash_hex, "outcome": text},
        }[kind]
        m = Members(said)
        return {name: m.take(name, has) for name, has in names.items()}

    # Rule, seats, papers and result.

    def value_of(self, raw, kind):
        before = b'{"kind":"%s","value":' % kind.encode()
        require(raw.startswith(before) and raw.endswith(b"}"), "of kind %s is not written as RFC 8785 has it" % kind)
        self.raw = raw[len(before) : -1]
        value = parse(self.raw)
        require(canonical(value) == self.raw, "of kind %s is not written as RFC 8785 has it" % kind)
        return value

    def opened(self):
        return self.acts[0][1]

    def counted(self):
        return self.acts[1][1]

    def take_rule(self, value):
        require(self.rule is None, "is a second rule")
        require(len(self.acts) == 2, "comes without the acts of the ballot")
        require(sha256(self.raw).hex() == self.opened()["ruleHash"], "is not the rule of the act that opened the ballot")
        self.rule = Rule(value)

    def take_seat(self, value):
        m = Members(value)
        m.take("id", text), m.take("leaf", text), m.take("party", text)
        proxy, recused, revision = m.maybe("proxy", filled), m.maybe("recused", true), m.maybe("revision", whole)
        m.end()
        require(self.rule is not None and not self.papers and self.result is None, "is out of order")
        require(revision != 0 and not (recused and revision) and not (proxy and not revision), "says what no seat can do")
        require(value["id"] not in self.by_id, "is there twice")
        self.first["ballot.seat"] = self.first["ballot.seat"] or self.line
        self.by_id[value["id"]] = value
        self.seats.append(value)

    def all_of(self, kind, holds, message):
        """Refuses all lines of a kind together, which end before the present line."""
        first = self.first[kind]
        if not holds and first:
            raise Fault("lines %d to %d of kind %s: %s" % (first, self.line - 1, kind, message))
        if not holds:
            raise Fault("before line %d are no lines of kind %s: %s" % (self.line, kind, message))

    def have_seats(self):
        planned = [{name: seat[name] for name in ("id", "leaf", "party")} for seat in self.seats]
        opened = self.opened()
        is_roll = len(self.seats) == opened["seats"] and tree(planned) == opened["rollRoot"]
        self.all_of("ballot.seat", is_roll, "these are not the roll")
        self.all_of("ballot.seat", tree(self.seats) == self.counted()["seatsRoot"], "this is not what was done from the seats")

    def take_paper(self, value):
        m = Members(value)
        m.take("choice", text), m.take("leaf", text)
        m.maybe("reasoned", true), m.maybe("seat", filled), m.maybe("tracker", filled)
        m.end()
        require(self.rule is not None and self.result is None, "is out of order")
        if not self.papers:
            self.have_seats()
            self.first["ballot.paper"] = self.line
        name = "tracker" if self.rule.secret else "seat"
        require({"seat", "tracker"} & set(value) == {name}, "names a seat in a secret ballot, or none in an open one")
        before = self.papers[-1][name].encode() if self.papers else b""
        require(before < value[name].encode(), "is not in the order of papers, or is there twice")
        if not self.rule.secret:
            seat = self.by_id.get(value["seat"])
            require(seat is not None and seat["leaf"] == value["leaf"] and "revision" in seat, "is of no seat that gave one")
        self.papers.append(value)

    def take_result(self, value):
        require(self.rule is not None and self.result is None, "is out of order")
        if not self.papers:
            self.have_seats()
        counted = self.counted()
        are_papers = len(self.papers) == counted["papers"] and tree(self.papers) == counted["papersRoot"]
        self.all_of("ballot.paper", are_papers, "these are not the papers that were counted")
        again = self.rule.evaluate(self.leaves())
        again["sentence"] = Members(value).take("sentence", text)
        require(canonical(again) == self.raw, "differs from what the papers decide: %s" % again["outcome"])
        is_result = sha256(self.raw).hex() == counted["resultHash"] and again["outcome"] == counted["outcome"]
        require(is_result, "is not the result of the act that counted the ballot")
        self.result = again

    def leaves(self):
        """What seats and papers say to the rule."""
        rule = self.rule
        at = {path: Leaf(path) for path in rule.leaves}
        casters = {path: set() for path in rule.leaves}
        for seat in self.seats:
            require(seat["leaf"] in at, "counts seats in a leaf that the rule does not have")
            leaf = at[seat["leaf"]]
            if "recused" in seat:
                continue
            leaf.eligible += 1
            if "revision" in seat:
                leaf.cast, leaf.papers = leaf.cast + 1, leaf.papers + 1
                casters[leaf.path].add(seat.get("proxy", seat["party"]))
        given = dict.fromkeys(at, 0)
        for paper in self.papers:
            require(paper["leaf"] in at and paper["choice"] in rule.choices, "counts papers that the rule does not have")
            leaf, choice = at[paper["leaf"]], paper["choice"]
            given[leaf.path] += 1
            if choice in rule.reasons_for and "reasoned" not in paper:
                continue
            leaf.chose[choice] = leaf.chose.get(choice, 0) + 1
            if rule.counts(choice):
                leaf.counted, leaf.opened = leaf.counted + 1, leaf.opened + 1
        for leaf in at.values():
            leaf.casters = len(casters[leaf.path])
            unopened = rule.secret and leaf.casters < rule.floor
            require(given[leaf.path] == (0 if unopened else leaf.papers), "counts another number of papers of %s than its seats gave" % leaf.path)
        return list(at.values())

    TAKE = {"ballot.rule": take_rule, "ballot.seat": take_seat, "ballot.paper": take_paper, "ballot.result": take_result}

    # Receipts.

    def receipt(self, note):
        body = note.split("\n\n")[0] + "\n"
        if self.given_keys:
            try:
                body, by = open_note(note, self.trusted)
            except (Malformed, Fault) as wrong:
                raise Fault("the receipt %s" % wrong)
            if not by:
                raise Fault("the receipt is signed by none of the keys")
        read = re.fullmatch(r"plenary/ballot-receipt/v1\nballot (\S+)\nseat (\S+)\nrevision (\d+)\ntracker (\S+)\npaper (\S+)\n", body)
        if read is None:
            raise Unreadable("this is no receipt of a ballot")
        ballot, seat_id, revision, tracker, paper_hash = read[1], read[2], int(read[3]), read[4], read[5]
        if ballot != self.ballot:
            raise Fault("the receipt is of another ballot")
        seat = self.by_id.get(seat_id)
        if seat is None:
            raise Fault("the seat of the receipt is not on the roll")
        if "recused" in seat:
            return "The seat of the receipt was recused later; its paper was not counted."
        last = seat.get("revision", 0)
        if last > revision:
            return "A later paper (revision %d) replaced that of the receipt (revision %d)." % (last, revision)
        if last < revision:
            raise Fault("the paper of the receipt was dropped: the roll names an earlier one as the last of its seat")
        if any(leaf["leaf"] == seat["leaf"] for leaf in self.result["unopened"]):
            return "The paper of the receipt counts as cast; it stayed unopened, with all of its chamber."
        for n, paper in enumerate(self.papers):
            if paper.get("tracker") == tracker or tracker == "-" and paper.get("seat") == seat_id:
                if sha256(canonical(paper)).hex() != paper_hash:
                    raise Fault("the paper of the receipt was altered")
                return "The paper of the receipt is paper %d of %d: %s in %s." % (n + 1, len(self.papers), paper["choice"], paper["leaf"])
        raise Fault("the paper of the receipt was dropped: it is not among the papers")


def content(path):
    try:
        if path == "-":
            return sys.stdin.buffer.read()
        with open(path, "rb") as file:
            return file.read()
    except OSError as wrong:
        raise Unreadable(str(wrong))


def note_in(path):
    try:
        return content(path).decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Unreadable("%s: %s" % (path, wrong))


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Counts the result of a ballot again, from its file.")
    parser.add_argument("file", help="the file of a ballot's result; - reads standard input")
    parser.add_argument("--key", action="append", default=[], help="a verifier key of the log that you trust, or a file with one a line")
    parser.add_argument("--checkpoint", help="a file with a checkpoint that you saved earlier")
    parser.add_argument("--receipt", help="a file with the receipt of a paper")
    given = parser.parse_args(arguments)
    try:
        keys = [key for one in given.key for key in keys_of(one)]
        file = File(keys, note_in(given.checkpoint) if given.checkpoint else None)
        receipt = note_in(given.receipt) if given.receipt else None
        file.verify(content(given.file))
        print("outcome      %s" % file.result["sentence"])
        if receipt is not None:
            print("receipt      %s" % file.receipt(receipt))
    except Fault as wrong:
        print("verify_result: %s" % wrong, file=sys.stderr)
        return 1
    except Unreadable as wrong:
        print("verify_result: %s" % wrong, file=sys.stderr)
        return 2
    for one in file.unchecked:
        print("not checked  %s" % one)
    if not keys:
        print("counted again with the same outcome, but not proved: give the log's key with --key", file=sys.stderr)
    if not keys or file.unchecked:
        return 3
    print("OK")
    return 0


if __name__ == "__main__":
    sys.exit(main())
