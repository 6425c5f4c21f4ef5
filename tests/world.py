"""The small cast, the same in every test; and noise rows that make wrong queries fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select

from portal.extensions import db
from portal.models import Counter, Department, Grant, Hall, Poster, ServiceItem, Staff
from portal.rules.permissions import Viewer
from portal.services.sessions import viewer_of

BORN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
HOURS = {"opens": "09:00", "noon": "12:00", "closes": "17:30", "cutoff": "16:00"}


@dataclass
class World:
    """清川市政务服务中心 in small: ids and rows by name."""

    hall: Hall
    other_hall: Hall
    departments: dict[str, Department] = field(default_factory=dict)
    counters: dict[str, Counter] = field(default_factory=dict)
    items: dict[str, ServiceItem] = field(default_factory=dict)
    posters: dict[str, Poster] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)

    def viewer(self, name: str) -> Viewer:
        """What one of the cast may do: clerk, triage, triage2, handler, follow_up, oversight, manager, viewer, …"""
        person = self.staff[name]
        grants = db.session.scalars(select(Grant).where(Grant.staff_id == person.id)).all()
        return viewer_of(person, grants)


def build_world() -> World:
    """Two halls, departments, counters, items, posters and the cast, committed."""
    hall = _hall("QC", "清川市政务服务中心", "Qingchuan City Government Service Center")
    other = _hall("BY", "白鹭区政务服务中心", "Bailu District Government Service Center")
    db.session.add_all([hall, other])
    db.session.flush()
    world = World(hall, other)
    _departments(world)
    _counters(world)
    _cast(world)
    db.session.commit()
    return world


def _hall(code: str, name: str, name_en: str) -> Hall:
    return Hall(
        code=code,
        name=name,
        name_en=name_en,
        window_name="“办不成事”反映窗口",
        window_name_en="“Could not get it done” window",
        window_place="一楼“办不成事”反映窗口",
        window_place_en="“Could not get it done” window, ground floor",
        phone="0300-555 0123",
        host_name="清川市政务服务管理局",
        host_name_en="Qingchuan City Government Services Bureau",
        icp_number="清ICP备00000000号",
        police_number="清公网安备 00000000000000号",
        hours=HOURS,
        profile_code="standard",
        poster_texts={},
    )


def _departments(world: World) -> None:
    for code, name, name_en in (
        ("medical", "市医保局", "Medical Insurance Bureau"),
        ("land", "市自然资源局", "Natural Resources Bureau"),
        ("office", "大厅管理科", "Hall Office"),
    ):
        world.departments[code] = Department(hall_id=world.hall.id, code=code, name=name, name_en=name_en)
    world.departments["noise"] = Department(
        hall_id=world.other_hall.id, code="medical", name="区医保局", name_en="District Medical Insurance"
    )
    db.session.add_all(world.departments.values())
    db.session.flush()
    for name, name_en, code in (
        ("异地就医备案", "Registering for treatment elsewhere", "medical"),
        ("医保关系转移", "Transferring medical insurance", "medical"),
        ("不动产转移登记", "Transfer of real estate", "land"),
    ):
        item = ServiceItem(
            hall_id=world.hall.id, department_id=world.departments[code].id, name=name, name_en=name_en, promised_days=5
        )
        world.items[name] = item
    noise = world.departments["noise"]
    world.items["noise"] = ServiceItem(
        hall_id=noise.hall_id,
        department_id=noise.id,
        name="异地就医备案",
        name_en="Registering for treatment elsewhere",
    )
    db.session.add_all(world.items.values())


def _counters(world: World) -> None:
    for number, label, label_en, code in (
        ("3", "医保综合", "Medical insurance", "medical"),
        ("21", "不动产", "Real estate", "land"),
        ("30", "综合窗口", "General counter", None),
    ):
        world.counters[number] = Counter(
            hall_id=world.hall.id,
            department_id=world.departments[code].id if code else None,
            number=number,
            sort_key=int(number),
            name=f"{number}号窗口",
            name_en=f"Counter {number}",
            label=label,
            label_en=label_en,
            floor="1",
        )
    world.counters["noise"] = Counter(
        hall_id=world.other_hall.id, number="3", sort_key=3, name="3号窗口", name_en="Counter 3", floor="1"
    )
    db.session.add_all(world.counters.values())
    db.session.flush()
    for name, slug in (("3", "3m7kd2qa"), ("21", "9x2vbn4c"), ("30", "t5r8w0zy"), ("noise", "abcd1234")):
        counter = world.counters[name]
        world.posters[name] = Poster(
            slug=slug,
            number=f"QC-{len(world.posters) + 1:04d}",
            hall_id=counter.hall_id,
            counter_id=counter.id,
            purpose="landing",
            made_on=date(2026, 9, 1),
        )
    db.session.add_all(world.posters.values())


def _cast(world: World) -> None:
    hall, medical, land = world.hall.id, world.departments["medical"], world.departments["land"]
    for key, login, name, role, department in (
        ("clerk", "lixiaowen", "李晓雯", "clerk", None),
        ("triage", "zhoumin", "周敏", "triage", None),
        ("triage2", "xuyan", "许研", "triage", None),
        ("handler", "chenli", "陈立", "handler", medical),
        ("land_handler", "hetian", "何田", "handler", land),
        ("follow_up", "hejing", "何静", "follow_up", None),
        ("oversight", "sundu", "孙督", "oversight", None),
        ("manager", "gaojie", "高洁", "manager", None),
        ("viewer", "qianjin", "钱进", "viewer", None),
        ("administrator", "fangping", "方平", "administrator", None),
        ("noise_clerk", "bailu", "白鹭", "clerk", world.departments["noise"]),
    ):
        person = Staff(
            login=login,
            name=name,
            name_en=login.title(),
            department_id=department.id if department is not None else None,
            created_at=BORN,
        )
        db.session.add(person)
        db.session.flush()
        where = world.other_hall.id if key == "noise_clerk" else hall
        scoped = department.id if role == "handler" and department is not None else None
        db.session.add(Grant(staff_id=person.id, role=role, hall_id=where, department_id=scoped))
        world.staff[key] = person
