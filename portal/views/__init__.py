"""The pages, one module per journey."""

from portal.views import (
    access,
    card,
    client_access,
    confirming,
    health,
    home,
    library,
    orders,
    own_access,
    own_data,
    own_ruc,
    paying,
    photo,
    physicians,
    profile,
    recertification,
    recovering,
    registering,
    second_step,
    sinadef,
    sistcere,
    standing,
    verifying,
    voucher_check,
    voucher_exports,
    vouchers,
)
from portal.views.recertification import deadlines as recert_deadlines
from portal.views.recertification import observations as recert_observations
from portal.views.recertification import recertified
from portal.views.staff import audit as staff_audit
from portal.views.staff import catalogues as staff_catalogues
from portal.views.staff import clients as staff_clients
from portal.views.staff import councils as councils
from portal.views.staff import home as staff_home
from portal.views.staff import people as staff_people
from portal.views.staff import registrations as staff_registrations
from portal.views.staff import registry as staff_registry
from portal.views.staff import sinadef as staff_sinadef
from portal.views.staff import sistcere as staff_sistcere
from portal.views.staff import treasury as staff_treasury
from portal.views.staff import vouchers as staff_vouchers
from portal.views.staff.recertification import calendar as recert_calendar
from portal.views.staff.recertification import cockpit as recert_cockpit
from portal.views.staff.recertification import desk_acts as recert_desk
from portal.views.staff.recertification import diplomas as recert_diplomas
from portal.views.staff.recertification import recertified as staff_recertified

BLUEPRINTS = [
    view.blueprint
    for view in (
        access,
        home,
        paying,
        card,
        orders,
        vouchers,
        voucher_exports,
        health,
        staff_home,
        staff_treasury,
        staff_vouchers,
        client_access,
        own_ruc,
        own_data,
        standing,
        verifying,
        voucher_check,
        profile,
        confirming,
        photo,
        sinadef,
        library,
        staff_sinadef,
        registering,
        recertification,
        recovering,
        own_access,
        second_step,
        staff_people,
        staff_registry,
        staff_clients,
        staff_registrations,
        staff_catalogues,
        staff_audit,
        recert_calendar,
        recert_cockpit,
        recert_desk,
        recert_deadlines,
        recertified,
        recert_diplomas,
        staff_recertified,
        recert_observations,
        physicians,
        sistcere,
        staff_sistcere,
    )
]
