"""What the CMS tests against programs of others share: our command, the test PKI, random contents."""
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from daemon import LONGWIRE, SOURCE

VECTORS = SOURCE / "tests/vectors/cms"
PKI = VECTORS / "pki"
CA = PKI / "ca.crt"


class Failed(Exception):
    pass


def run(*command, stdin=b"", env=None, code=0):
    """Standard output of a command that must end with `code` (None: any)."""
    done = subprocess.run([str(c) for c in command], input=stdin, capture_output=True, env=env)
    if code is not None and done.returncode != code:
        raise Failed(f"exit {done.returncode}: {' '.join(str(c) for c in command)}\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def ours(operation, *options, stdin=b"", code=0):
    return run(LONGWIRE, "cms", operation, *options, stdin=stdin, code=code)


def signer(name):
    return ["--signer", PKI / f"{name}.crt", "--key", PKI / f"{name}.key"]


def recipient(name):
    return ["--recipient", PKI / f"{name}.crt"]


def own(name):
    return recipient(name) + ["--key", PKI / f"{name}.key"]


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            print(f"SKIP: {program} is not installed")
            sys.exit(77)


def a_size(chance):
    """Mostly short, as radio messages are, every block border, now and then long."""
    return chance.choice([chance.randrange(0, 70), chance.randrange(0, 2000), chance.randrange(0, 2000),
                          chance.randrange(2000, 100_000)])


def some_octets(chance, size):
    return chance.randbytes(size)


def some_text(chance, size):
    """A MIME entity with lines of mail around `size` octets."""
    body = "".join(chance.choice("ABCDEFGHIJ klmnopqrst 0123456789.=-") for _ in range(size))
    lines = [body[i:i + 70].rstrip() for i in range(0, len(body), 70)]
    return ("Content-Type: text/plain; charset=us-ascii\r\n\r\n" + "".join(line + "\r\n" for line in lines)).encode()


def length_octets(size):
    if size < 128:
        return bytes([size])
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(digits)]) + digits


def tlv(tag, value):
    return bytes([tag]) + length_octets(len(value)) + value


OIDS = {"signed": bytes.fromhex("2a864886f70d010702"), "enveloped": bytes.fromhex("2a864886f70d010703"),
        "auth_enveloped": bytes.fromhex("2a864886f70d0109100117")}


def content_info(kind, bare):
    return tlv(0x30, tlv(6, OIDS[kind]) + tlv(0xA0, bare))


def folder():
    return pathlib.Path(tempfile.mkdtemp(prefix="longwire-cms-"))
