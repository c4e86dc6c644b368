from datetime import timedelta

from cli.demo import duty
from cli.demo.crew import user_id_of
from cli.demo.places import LIANSHUI
from dispatch.people.absences import queries as absences
from dispatch.people.certificates import queries as certificates
from dispatch.people.mentors import queries as mentors
from dispatch.people.roster import coverage as rosters
from dispatch.territory import queries as territory
from kernel.actor import system_actor


def test_the_demo_has_somebody_on_duty_at_every_hour_of_the_coming_days(loaded):
    with loaded.reading(system_actor()) as reading:
        (station,) = territory.stations(reading, limit=9, region_id=LIANSHUI.region_id).items
        assert rosters.roster_gaps(reading, station_id=station.id, days=duty.DAYS - 2) == ()
        assert len(rosters.on_duty(reading, station_id=station.id)) >= 3


def test_the_demo_has_an_absence_a_certificate_that_ends_and_a_mentor(loaded):
    with loaded.reading(system_actor()) as reading:
        (away,) = absences.page_of_absences(reading, limit=9).items
        assert away.technician_id == user_id_of("tech03")
        until = (reading.now + timedelta(days=30)).date()
        (ending,) = certificates.page_of_expiring(reading, until=until, limit=9).items
        assert ending.technician_id == user_id_of("tech01")
        (pair,) = mentors.page_of_mentorships(reading, limit=9).items
        assert (pair.mentor_id, pair.mentee_id) == (user_id_of("tech01"), user_id_of("tech02"))
