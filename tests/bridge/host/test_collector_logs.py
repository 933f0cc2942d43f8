"""The plugin's log folder as WordPress would compute it, and what of it is sent."""

from __future__ import annotations

import re

import pytest


def record(number: int, size: int = 64) -> bytes:
    """A line of a log."""
    return f"[2026-01-01 00:00:00] [INFO] {number:08d} ".encode().ljust(size - 1, b".") + b"\n"


def only(host, name: str, content: bytes) -> None:
    """This log and no other."""
    for file in host.logs.glob("*.log"):
        file.unlink()
    (host.logs / name).write_bytes(content)


def test_a_budget_takes_the_newest_of_each_file(host):
    only(host, "integration-closte.log", b"".join(record(n) for n in range(1000)))
    (host.logs / "domain-a.example.log").write_bytes(record(7))
    look = host.look(log_bytes=6400)
    sent = look.files["wu-logs/integration-closte.log"]
    assert sent.startswith(b"[2026")
    assert sent.endswith(record(999))
    assert 6400 - 3 * 64 <= len(sent) <= 6400
    assert look.files["wu-logs/domain-a.example.log"] == record(7)
    assert look.host["logs_bytes"] == 64_064
    (command, words), *_ = look.errors
    assert command == "collector: logs"
    left = 64_064 - len(sent) - 64
    assert words == f"left out: {left} of 64064 bytes of logs, the oldest of each file"


def test_the_files_that_matter_come_first(host):
    only(host, "integration-closte.log", b"".join(record(n) for n in range(50)))
    (host.logs / "api-calls.log").write_bytes(b"".join(record(n) for n in range(5000)))
    look = host.look(log_bytes=4000)
    assert len(look.files["wu-logs/integration-closte.log"]) == 3200
    assert len(look.files["wu-logs/api-calls.log"]) <= 800
    assert list(look.files).index("wu-logs/integration-closte.log") < list(look.files).index(
        "wu-logs/api-calls.log"
    )


def test_no_budget_sends_nothing_and_says_so(host):
    look = host.look(log_bytes=0)
    assert not any(name.startswith("wu-logs/") for name in look.files)
    assert "left out" in look.errors[0][1]


def test_a_line_longer_than_the_budget(host):
    only(host, "x.log", b"y" * 3_000_000)
    look = host.look(log_bytes=100_000)
    assert len(look.files["wu-logs/x.log"]) <= 100_000


def test_twenty_thousand_small_files(host):
    for number in range(20_000):
        (host.logs / f"domain-d{number}.example.log").write_bytes(record(number))
    look = host.look()
    assert look.errors == []
    sent = [name for name in look.files if name.startswith("wu-logs/domain-d")]
    assert len(sent) == 20_000
    assert look.files["wu-logs/domain-d77.example.log"] == record(77)
    assert look.evidence.memory is not None
    assert look.evidence.memory <= 64 << 20


def test_odd_bytes_come_as_they_are(host):
    content = bytes(range(256)) * 40 + "\u2028\x1b[31m\u202e".encode()
    content = content.replace(b"@", b"")
    only(host, "domain-x.log", content)
    assert host.look().files["wu-logs/domain-x.log"] == content


def test_a_domain_with_a_line_end_in_it_has_one_in_its_file_name(host):
    (host.logs / "domain-a.example\n.log").write_bytes(record(1))
    assert host.look().files["wu-logs/domain-a.example\n.log"] == record(1)


def test_links_and_other_files_stay(host):
    (host.home / "secret.txt").write_text("no log")
    (host.logs / "link.log").symlink_to(host.home / "secret.txt")
    (host.logs / "folder.log").mkdir()
    (host.logs / "index.html").write_text("")
    look = host.look()
    assert look.errors == [
        ("collector: logs", "left out: link.log is a link, and may lead to anything")
    ]
    names = {name for name in look.files if name.startswith("wu-logs/")}
    assert names == {
        f"wu-logs/{p.name}" for p in host.logs.glob("*.log") if p.is_file() and not p.is_symlink()
    }


def test_no_logs_yet(host):
    for file in host.logs.iterdir():
        file.unlink()
    found = host.look().host
    assert found["logs_bytes"] == 0
    assert found["logs_collected"] is True
    assert found["logs_dir_writable"] is True


def test_no_folder_yet_but_it_could_be_made(host):
    for file in host.logs.iterdir():
        file.unlink()
    host.logs.rmdir()
    found = host.look().host
    assert found["logs_dir"] == str(host.logs)
    assert found["logs_dir_writable"] is True
    assert found["logs_bytes"] == 0


def test_a_folder_that_may_not_be_read_or_written(host, open_to_nobody):
    open_to_nobody()
    host.logs.chmod(0)
    try:
        look = host.look()
    finally:
        host.logs.chmod(0o755)
    assert look.host["logs_dir"] == str(host.logs)
    assert look.host["logs_dir_writable"] is False
    assert look.host["logs_collected"] is False
    assert "logs_bytes" not in look.host
    assert ("collector: logs", f"the folder {host.logs} cannot be listed") in look.errors


def test_a_file_where_the_folder_should_be(host):
    host.content.joinpath("uploads").rename(host.content / "old")
    (host.content / "uploads").write_text("")
    assert host.look().host["logs_dir_writable"] is False


@pytest.mark.parametrize(
    ("config", "sql", "folder"),
    [
        ("define('UPLOADS', 'media');", "", "{site}/media/wu-logs"),
        ("define('WP_CONTENT_DIR', '{home}/content');", "", "{home}/content/uploads/wu-logs"),
        (
            "",
            "UPDATE {o} SET option_value='files/up' WHERE option_name='upload_path'",
            "{site}/files/up/wu-logs",
        ),
        (
            "",
            "UPDATE {o} SET option_value='/srv/up' WHERE option_name='upload_path'",
            "/srv/up/wu-logs",
        ),
        (
            "",
            "UPDATE {o} SET option_value='wp-content/uploads' WHERE option_name='upload_path'",
            "{content}/uploads/wu-logs",
        ),
        (
            "define('UPLOADS', 'media');",
            "UPDATE {o} SET option_value='files/up' WHERE option_name='upload_path'",
            "{site}/media/wu-logs",
        ),
    ],
)
def test_the_folder_as_wordpress_would_compute_it(host, config, sql, folder):
    if config:
        host.insert(config.replace("{home}", str(host.home)))
    if sql:
        host.sql(sql.replace("{o}", "wplab_options"))
    expected = folder.format(site=host.site, home=host.home, content=host.content)
    assert host.look().host["logs_dir"] == expected


def test_without_a_database_the_folder_is_still_the_usual_one(host):
    host.config = re.sub(r"'DB_HOST', '[^']*'", "'DB_HOST', '127.0.0.1:1'", host.config)
    look = host.look()
    assert look.host["logs_dir"] == str(host.logs)
    assert "wu-logs/integration-closte.log" in look.files


def test_uploads_behind_a_stream_wrapper_were_not_looked_at(host):
    host.sql("UPDATE wplab_options SET option_value='s3://b/up' WHERE option_name='upload_path'")
    look = host.look()
    assert look.host["logs_dir"] == "s3://b/up/wu-logs"
    assert look.host["logs_collected"] is False
    assert not {"logs_bytes", "logs_dir_writable"} & look.host.keys()
    assert look.errors[0][0] == "collector: logs"


@pytest.mark.parametrize(
    ("config", "rewriting", "folder"),
    [
        ("", "1", "{content}/blogs.dir/5/files/wu-logs"),
        ("", "0", "{content}/uploads/sites/5/wu-logs"),
        ("define('UPLOADBLOGSDIR', 'files');", "1", "{site}/files/5/files/wu-logs"),
        ("define('UPLOADS', 'media');", "1", "{site}/media/wu-logs"),
        ("define('UPLOADS', 'media');", "0", "{site}/media/sites/5/wu-logs"),
        ("define('BLOGUPLOADDIR', '/srv/blogs/5/files/');", "1", "/srv/blogs/5/files/wu-logs"),
    ],
)
def test_the_folder_of_another_network(host, config, rewriting, folder):
    host.insert(config)
    host.sql(
        "INSERT INTO wplab_site (id, domain, path) VALUES (3, 'second.example.org', '/');"
        "INSERT INTO wplab_blogs (blog_id, site_id, domain, path) VALUES (5, 3, 'second.example.org', '/');"
        f"INSERT INTO wplab_sitemeta (site_id, meta_key, meta_value) VALUES (3, 'ms_files_rewriting', '{rewriting}')"
    )
    expected = folder.format(site=host.site, content=host.content)
    assert host.look(url="second.example.org").host["logs_dir"] == expected


def test_files_of_an_old_network_stay_in_uploads_on_its_main_site(host):
    host.sql("DELETE FROM wplab_sitemeta WHERE meta_key='ms_files_rewriting'")
    (host.content / "blogs.dir").mkdir()
    host.insert("define('UPLOADS', 'media');")
    assert host.look().host["logs_dir"] == str(host.logs)


def test_the_share_of_a_file_never_begins_within_a_line(host):
    only(host, "x.log", b"y" * 3_000_000 + b"\n" + record(1))
    assert host.look(log_bytes=2_500_000).files["wu-logs/x.log"] == record(1)
