from newsbot.polite.turns import SharedTurns


class Recorded:
    """Turns that remember what was asked of them; everything is granted."""

    def __init__(self):
        self.told = []

    def claim(self, host, delay_s, now):
        self.told.append(("claim", host, delay_s, now))
        return True

    def is_mine(self, host, now):
        return True

    def let_go(self, host, ago_s):
        self.told.append(("let go", host, ago_s))


def turns():
    recorded = Recorded()
    return SharedTurns(recorded, lambda: 1000.0, lambda: 60.0), recorded


def test_a_host_is_given_away_when_its_last_request_is_over_counted_from_when_that_can_have_reached_it():
    shared, recorded = turns()
    shared.want("a.example")
    shared.want("a.example")
    assert shared.is_ours("a.example", 2.0)
    shared.leave("a.example", 55.0)
    assert not shared.has_idle() and shared.let_go(set) == []
    shared.leave("a.example", 58.5)
    assert shared.has_idle()
    assert shared.let_go(set) == ["a.example"]
    assert recorded.told == [("claim", "a.example", 2.0, 1000.0), ("let go", "a.example", 1.5)]


def test_a_host_that_is_needed_again_is_kept():
    shared, _ = turns()
    for host in ("a.example", "b.example"):
        shared.want(host)
        shared.leave(host, 50.0)
    shared.want("b.example")
    assert shared.let_go(lambda: {"a.example"}) == []
    assert shared.let_go(set) == ["a.example"]


def test_what_was_not_stored_is_given_away_again():
    shared, recorded = turns()
    shared.want("a.example")
    shared.leave("a.example", 50.0)
    shared.gone([])
    assert shared.let_go(set) == shared.let_go(set) == ["a.example"]
    shared.gone(["a.example"])
    assert shared.let_go(set) == []
    assert len(recorded.told) == 2
