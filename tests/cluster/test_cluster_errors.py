"""Whatever a cluster refuses is a named error with the next step; no answer is a part of one."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opensearch_nodes import Nodes, free_ports

from cli.language import translated
from index.cluster.connection import Cluster
from index.engines.base import Record
from index.engines.opensearch import OpenSearchEngine
from index.engines.opensearch.schema import FILE
from index.errors import ClusterError, EngineError
from index.query.condition import EVERYTHING, TokenPhrase


def record(number: int) -> Record:
    """A passage of one word."""
    zeros = dict.fromkeys(Record.__struct_fields__, 0)
    texts = dict.fromkeys(("words", "chars", "title", "heading", "byline"), "")
    return Record(**{**zeros, **texts, "grams": "天下", "key": number, "document": 1})  # type: ignore[arg-type]


def built(engine: OpenSearchEngine, folder: Path, number: int = 3) -> Path:
    writer = engine.create(folder, memory=1 << 26, processes=1)
    writer.add([record(n) for n in range(number)])
    writer.commit()
    return folder


@contextmanager
def answering(status: int, body: object, secured: Path | None = None) -> Iterator[str]:
    """The address of a server that always says the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if secured is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(secured)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{'https' if secured else 'http'}://127.0.0.1:{server.server_address[1]}/papers"
    finally:
        server.shutdown()
        server.server_close()


def refusal(address: str) -> ClusterError:
    with pytest.raises(ClusterError) as caught:
        Cluster(address).version()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LANGUAGE", "zh")
        for text in (caught.value.message, caught.value.hint):  # both were in English
            assert re.search(r"[\u4e00-\u9fff]", translated(text)), text
            assert not re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", translated(text)), text
    return caught.value


OLD = {"version": {"distribution": "opensearch", "number": "1.3.20"}}
OTHER = {"version": {"number": "8.15.0"}}


@pytest.mark.parametrize(
    ("status", "body", "reason", "step"),
    [
        (401, {}, "does not accept the credentials", "JUANZONG_OPENSEARCH_USER"),
        (403, {"error": {"type": "security_exception"}}, "does not permit this", "needs all rights"),
        (
            503,
            {"error": {"type": "cluster_manager_not_discovered_exception"}},
            "lacks nodes",
            "Start the nodes",
        ),
        (200, OLD, "opensearch 1.3.20", "or newer is needed"),
        (200, OTHER, "no OpenSearch", "or newer is needed"),
    ],
)
def test_a_refusal_says_what_to_do(status: int, body: object, reason: str, step: str) -> None:
    with answering(status, body) as address:
        error = refusal(address)
    assert reason in str(error)
    assert step in error.hint


def test_a_cluster_that_is_not_there_cannot_be_reached() -> None:
    error = refusal(f"http://127.0.0.1:{free_ports(1)[0]}/papers")
    assert "cannot be reached" in str(error)
    assert error.passing


def test_https_where_the_cluster_speaks_http_is_not_said_to_be_a_matter_of_certificates() -> None:
    with answering(200, {}) as address:
        error = refusal(address.replace("http:", "https:"))
    assert "over https" in str(error)
    assert "http://" in error.hint


def test_a_certificate_that_nobody_trusts_is_refused_until_its_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, certificate = tmp_path / "both.pem", tmp_path / "certificate.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    key = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run(["openssl", *key, "-keyout", both, "-out", certificate], check=True, capture_output=True)
    both.write_bytes(both.read_bytes() + certificate.read_bytes())
    new = {"version": {"distribution": "opensearch", "number": "2.19.1"}}
    with answering(200, new, both) as address:
        error = refusal(address)
        assert "certificate" in str(error)
        assert "JUANZONG_OPENSEARCH_CA" in error.hint
        monkeypatch.setenv("JUANZONG_OPENSEARCH_CA", str(certificate))
        assert Cluster(address).version() == (2, 19)


def test_a_password_is_in_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUANZONG_OPENSEARCH_USER", "reader")
    monkeypatch.setenv("JUANZONG_OPENSEARCH_PASSWORD", "a-secret")
    with answering(401, {}) as address:
        error = refusal(address)
    assert "a-secret" not in f"{error} {error.hint} {error.__cause__}"


def test_a_full_disk_is_said_at_once(cluster: Nodes, tmp_path: Path) -> None:
    """What OpenSearch does with an index above its flood stage is done by hand here."""
    address = f"{cluster.url}/full"
    engine, here = OpenSearchEngine(address), Cluster(address)
    writer = engine.create(tmp_path / "index", memory=1 << 26, processes=1)
    blocked = {"index.blocks.read_only_allow_delete": True}
    here.ask(lambda client: client.indices.put_settings(index="juanzong-full-*", body=blocked))
    writer.add([record(1)])
    with pytest.raises(ClusterError, match="no room on its disks") as caught:
        writer.commit()
    assert "Make room" in caught.value.hint
    writer.discard()


def test_a_cluster_that_makes_no_index_for_want_of_room_says_so(cluster: Nodes, tmp_path: Path) -> None:
    """OpenSearch sets this where all nodes are above the high watermark. It was called a lack of rights."""
    address = f"{cluster.url}/fuller"
    here = Cluster(address)

    def block(value: bool | None) -> None:
        body = {"persistent": {"cluster.blocks.create_index": value}}
        here.ask(lambda client: client.cluster.put_settings(body=body))

    block(True)
    try:
        with pytest.raises(ClusterError, match="no room on its disks") as caught:
            OpenSearchEngine(address).create(tmp_path / "index", memory=1 << 26, processes=1)
    finally:
        block(None)
    assert "Make room" in caught.value.hint


def test_an_index_that_is_of_another_format_or_gone_is_named(cluster: Nodes, tmp_path: Path) -> None:
    address = f"{cluster.url}/other"
    engine, here = OpenSearchEngine(address), Cluster(address)
    folder = built(engine, tmp_path / "index")
    snapshot = engine.open(folder)
    name = json.loads((folder / FILE).read_bytes())["index"]
    here.ask(lambda client: client.indices.put_mapping(index=name, body={"_meta": {"format": 99}}))
    with pytest.raises(EngineError, match="the index has the format 99, not 1"):
        engine.open(folder)
    here.ask(lambda client: client.indices.delete(index=name))
    for question in (lambda: engine.open(folder), lambda: snapshot.keys(EVERYTHING)):
        with pytest.raises(EngineError, match=f"no index {name} any more") as caught:
            question()
        assert "open the archive again" in caught.value.hint


def test_shards_without_a_node_are_an_error_and_never_a_part_of_an_answer(
    cluster: Nodes, tmp_path: Path
) -> None:
    address = f"{cluster.url}/red"
    engine, here = OpenSearchEngine(address), Cluster(address)
    writer = engine.create(
        tmp_path / "index", memory=1 << 26, processes=1, size=6_000_000_000
    )  # three shards
    writer.add([record(n) for n in range(300)])
    writer.commit()
    alone = {"auto_expand_replicas": False, "number_of_replicas": 0}
    here.ask(lambda client: client.indices.put_settings(index="juanzong-red-*", body={"index": alone}))
    cluster.wait()
    snapshot = engine.open(tmp_path / "index")
    assert snapshot.count(TokenPhrase("grams", ("天下",))) == 300
    cluster[2].kill()
    try:
        with pytest.raises(ClusterError, match="lacks nodes"):
            snapshot.keys(TokenPhrase("grams", ("天下",)))
    finally:
        cluster[2].start()
        cluster.wait()
    assert here.health("juanzong-red-*", "green")["status"] == "green"
    assert snapshot.keys(TokenPhrase("grams", ("天下",))) == list(range(300))
