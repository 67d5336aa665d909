"""What every browser test watches for is really seen, and no place of ours asks another host."""

import pytest
from chromium import chromium_needed, is_ours
from stage import HOST, Stage

SPOILS = {
    "another host": ("new Image().src = 'http://example.org/x.png'", "request to another host"),
    "console": ("console.error('broken')", "broken"),
    "script": ("setTimeout(() => { throw new Error('thrown') })", "thrown"),
    "policy": (
        "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))",
        "policy",
    ),
    "status": ("fetch('/office/?answers=500')", "500 "),
}


@pytest.mark.parametrize("name", SPOILS)
def test_what_is_wrong_fails_the_test(stage: Stage, name: str) -> None:
    script, said = SPOILS[name]
    with stage.seen_by("writer") as person:
        person.page.route("**/*answers=500", lambda route: route.fulfill(status=500, body="broken"))
        person.page.goto("/office/")
        person.watch.check()
        person.page.evaluate(f"() => {{ {script} }}")
        person.page.wait_for_timeout(200)
        with pytest.raises(AssertionError, match=said):
            person.watch.check()


def test_a_provoked_refusal_is_let_through_and_no_other(stage: Stage) -> None:
    with stage.seen_by("lead_handler", refusals=[403]) as person:
        answer = person.page.goto("/office/audit/")
        assert answer is not None
        assert answer.status == 403
    with stage.seen_by("lead_handler") as person:
        person.page.goto("/office/audit/")
        with pytest.raises(AssertionError, match="403"):
            person.watch.check()


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("nobody", "/"),
        ("editor", "/cms/"),
        ("editor", "/cms/pages/"),
        ("nobody", "http://hunan.localhost:{port}/"),
        ("nobody", "http://hunan.localhost:{port}/login/"),
    ],
)
def test_no_page_beside_the_workbench_asks_another_host(stage: Stage, who: str, address: str) -> None:
    with stage.seen_by(who) as person:
        answer = person.page.goto(address.format(port=stage.processes.port))
        assert answer is not None
        assert answer.status == 200
        person.page.wait_for_load_state("networkidle")


def test_which_requests_stay_here() -> None:
    stay = [f"http://{HOST}:8000/x", "http://127.0.0.1/", "data:,", "about:blank"]
    leave = [
        "http://localhost.example.org/",
        "https://127.0.0.2/",
        "blob:http://example.org/1",
    ]
    assert [url for url in (*stay, *leave) if is_ours(url)] == stay


def test_without_chromium_a_test_fails_in_the_check_and_is_skipped_aloud_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LUOSHI_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="没有 Chromium"):
        chromium_needed()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="没有 Chromium"):
        chromium_needed()
    monkeypatch.setenv("LUOSHI_CHROMIUM", "/somewhere/chromium")
    assert chromium_needed() == "/somewhere/chromium"
