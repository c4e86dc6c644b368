from datetime import UTC, datetime, timedelta

from checklists.review.faults.counting import leads_to_bar

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def days_ago(*days):
    return [NOW - timedelta(days=one) for one in days]


def test_three_faults_within_the_window_bar():
    assert leads_to_bar(days_ago(0, 50, 179), NOW, most=3, window_days=180)
    assert not leads_to_bar(days_ago(0, 50), NOW, most=3, window_days=180)
    assert not leads_to_bar(days_ago(0, 50, 180), NOW, most=3, window_days=180), "the window ends before it"
    assert not leads_to_bar(days_ago(0, 1, 2), NOW, most=0, window_days=180), "the region wants none"
