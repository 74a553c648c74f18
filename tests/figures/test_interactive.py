"""Figures for the page: what pointing shows, the same bytes each time, no request to another host."""

import html
import json
import re
from types import SimpleNamespace

import plotly.graph_objects as go
import pytest
import torch

from ldiv_utils.figures import interactive

XS, YS = torch.linspace(-1, 1, 3), torch.linspace(0, 1, 2)
LOSS = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 1 / 3]])
SHARES = {"accuracy": torch.rand(2, 3), "agreement": torch.rand(2, 3)}


def surface(loss=LOSS, shares=SHARES):
    return interactive.surface(XS, YS, loss, shares, {"origin": (0.0, 0.0, 2.3026)}, ("to 1", "to 2", "loss (nats)"))


def test_plotly_s_own_schema_knows_every_property():
    """plotly.py refuses a trace, a layout or a value that plotly.js would not understand."""
    figure = surface().figure
    go.Figure(data=figure["data"], layout=figure["layout"])


def test_the_arrays_are_those_given_to_three_decimals():
    net, dots = surface().figure["data"]
    assert (net["x"], net["y"]) == ([-1, 0, 1], [0, 1])
    assert net["z"] == [[1, 2, 3], [4, 5, 0.333]]
    torch.testing.assert_close(torch.tensor(net["surfacecolor"]), SHARES["accuracy"], atol=5e-4, rtol=0)
    by_place = torch.tensor(net["customdata"])
    torch.testing.assert_close(by_place, torch.stack(list(SHARES.values()), -1), atol=5e-4, rtol=0)
    assert (dots["x"], dots["z"], dots["text"]) == ([0], [2.878], ["origin"])


def test_pointing_shows_the_height_and_every_share():
    hover = surface().figure["data"][0]["hovertemplate"]
    assert "loss (nats): %{z:.2f}" in hover
    assert "accuracy: %{customdata[0]:.2f}" in hover
    assert "agreement: %{customdata[1]:.2f}" in hover


def test_every_axis_is_labelled_with_what_it_shows():
    scene = surface().figure["layout"]["scene"]
    titles = [scene[f"{axis}axis"]["title"]["text"] for axis in "xyz"]
    assert titles == ["to 1", "to 2", "loss (nats)"]


def test_every_share_can_colour_the_surface():
    buttons = surface().figure["layout"]["updatemenus"][0]["buttons"]
    assert [button["label"] for button in buttons] == list(SHARES)
    torch.testing.assert_close(
        torch.tensor(buttons[1]["args"][0]["surfacecolor"][0]), SHARES["agreement"], atol=5e-4, rtol=0
    )


def test_of_a_single_share_there_is_nothing_to_choose():
    assert surface(shares={"accuracy": SHARES["accuracy"]}).figure["layout"]["updatemenus"] == []


def test_the_page_is_the_same_every_time_and_another_for_other_numbers():
    assert surface().html() == surface().html()
    place = re.search(r'id="(plotly-\w{12})"', surface().html())[1]
    assert place not in surface(loss=LOSS + 1).html()


def test_the_page_asks_no_other_host():
    page = surface().html()
    assert "//" not in page
    assert surface().figure["config"]["showSendToCloud"] is False  # a button that would upload the figure
    assert re.findall(r'src\s*=\s*"([^"]*)"', page) == ["_static/plotly.min.js"]


def test_the_page_holds_the_figure_as_json():
    text = re.search(r"const figure = (.*);\n", surface().html())[1]
    assert json.loads(text) == surface().figure
    assert "</" not in text


def test_a_notebook_gets_the_figure_a_page_and_a_sentence():
    bundle = surface()._repr_mimebundle_()
    assert list(bundle) == ["application/vnd.plotly.v1+json", "text/html", "text/plain"]
    assert "3 × 2 points" in bundle["text/plain"]
    assert bundle["text/plain"] in html.unescape(bundle["text/html"])


@pytest.mark.parametrize("loss", [0.0, 0.0009, -1.0, float("inf"), float("nan")])
def test_a_height_without_a_logarithm_is_refused(loss):
    with pytest.raises(ValueError, match=r"allowed: 0\.001 or more and finite"):
        surface(loss=torch.full((2, 3), loss))


def test_a_share_beyond_one_is_refused():
    with pytest.raises(ValueError, match=r"outside \[0, 1\]"):
        surface(shares={"accuracy": torch.full((2, 3), 1.5)})


def test_the_site_gets_the_installed_plotly(tmp_path):
    (tmp_path / "_static").mkdir()
    steps = {}
    interactive.setup(SimpleNamespace(connect=steps.__setitem__))
    app = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=tmp_path)
    steps["build-finished"](app, None)
    config = SimpleNamespace(suppress_warnings=[])
    steps["config-inited"](app, config)
    assert config.suppress_warnings == ["mystnb.unknown_mime_type"]
    assert "plotly.js v" in (tmp_path / "_static" / "plotly.min.js").read_text(encoding="utf-8")[:200]
