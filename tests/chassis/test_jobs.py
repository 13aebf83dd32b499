"""Periodic functions run in one place, again after an error, and at once while more work waits."""

import threading
from collections.abc import Iterator

import pytest

from chassis.jobs import Job, Jobs, Scheduler, run_job
from chassis.testing import ServiceUnderTest
from tests.chassis.conftest import eventually


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def start(scheduler: Scheduler, stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=scheduler.run, args=(stop,))
    thread.start()
    return thread


def test_a_job_that_raises_is_counted_and_does_not_end_the_process(service: ServiceUnderTest) -> None:
    def fail() -> None:
        raise RuntimeError

    assert run_job(service.app, Job(fail, 60)) is False
    assert 'cmp_job_errors_total{name="fail",service="toy"} 1.0' in service.service.metrics.render().decode()


def test_a_job_with_more_work_runs_again_without_waiting(service: ServiceUnderTest, stop: threading.Event) -> None:
    jobs, runs = Jobs(), []

    @jobs.every(seconds=3600)
    def work() -> bool:
        runs.append(1)
        return len(runs) < 5

    thread = start(Scheduler(service.app, jobs), stop)
    assert eventually(lambda: len(runs) == 5)
    stop.set()
    thread.join(10)
    assert len(runs) == 5


def test_of_two_schedulers_one_leads_and_the_other_takes_over(service: ServiceUnderTest) -> None:
    leaders: list[str] = []

    def jobs_named(name: str) -> Jobs:
        jobs = Jobs()
        jobs.every(seconds=0.05)(lambda: leaders.append(name))
        return jobs

    first_stop, second_stop = threading.Event(), threading.Event()
    first = start(Scheduler(service.app, jobs_named("first")), first_stop)
    assert eventually(lambda: "first" in leaders)
    second = start(Scheduler(service.app, jobs_named("second")), second_stop)
    assert eventually(lambda: len(leaders) > 10)
    assert set(leaders) == {"first"}
    first_stop.set()
    first.join(10)
    assert eventually(lambda: "second" in leaders)
    second_stop.set()
    second.join(10)
