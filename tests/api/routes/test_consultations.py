"""Expert consultations over HTTP: asked, answered, ended; and what is refused."""

from kernel.identifiers import new_id
from tests.api.world import problem, wrong_fields


def ask(door, who="technician", **changes):
    order_id = door.world.orders["near"]
    body = {"question": "正常吗？", "user_id": str(door.world.people["technician_next_station"]), **changes}
    return door.post(who, f"/v1/work-orders/{order_id}/consultations", body)


def test_a_question_goes_to_an_expert_and_comes_back_answered(door):
    made = ask(door, media=["photo-1"], urgency="urgent")
    assert (made.status_code, made.json["state"], made.json["order"]["title"]) == (201, "open", "无信号 near")
    url, expert = f"/v1/consultations/{made.json['id']}", "technician_next_station"
    shown = door.get(expert, url)
    assert (shown.json["asker"], shown.json["media"]) == ("技术员 near", ["photo-1"])
    assert "100 0000 0000" not in shown.text, "no telephone of the customer"
    assert problem(door.get(expert, f"/v1/work-orders/{door.world.orders['near']}"))[0] == 404
    assert [one["id"] for one in door.get(expert, "/v1/consultations?asked_of_me=true").json["items"]] == [
        made.json["id"]
    ]
    answer = door.post(expert, f"{url}/answers", {"text": "偏低"})
    assert (answer.status_code, answer.json["state"]) == (201, "answered")
    answer_id = answer.json["answers"][0]["id"]
    accepted = door.post("technician", f"{url}/accept", {"answer_id": answer_id})
    assert (accepted.json["state"], accepted.json["accepted_id"]) == ("accepted", answer_id)
    assert problem(door.post("technician", f"{url}/close", {})) == (409, "consultation.over")
    kinds = [
        one["kind"] for one in door.get("leader", f"/v1/work-orders/{door.world.orders['near']}/timeline").json["items"]
    ]
    assert kinds[-3:] == ["consultation.ask", "consultation.answer", "consultation.accept"]


def test_the_same_question_again_is_one_question(door):
    key = str(new_id())
    assert ask(door, id=key).json["id"] == ask(door, id=key).json["id"] == key
    assert problem(ask(door, id=key, question="别的")) == (409, "consultation.id_reused")


def test_what_cannot_be_asked_is_refused_with_its_field(door):
    assert wrong_fields(ask(door, skill="fibre")) == {"/skill": "consultation.nobody_named"}
    assert wrong_fields(ask(door, user_id=None, skill="magic")) == {"/skill": "consultation.skill_unknown"}
    assert wrong_fields(ask(door, user_id=str(new_id()))) == {"/user_id": "consultation.person_unknown"}
    assert set(wrong_fields(ask(door, min_level=9))) == {"/min_level"}
    assert set(wrong_fields(ask(door, question=""))) == {"/question"}
    assert problem(ask(door, "agent")) == (403, "consultation.not_allowed")
    made = ask(door).json["id"]
    refused = door.post("technician", f"/v1/consultations/{made}/accept", {"answer_id": str(new_id())})
    assert wrong_fields(refused) == {"/answer_id": "consultation.no_answer"}


def test_a_question_may_show_items_of_the_checklist(door):
    assert ask(door, items=["badge_shown"]).json["excerpt"] == [], "an order without a checklist shows none"
