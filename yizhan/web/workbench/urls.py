"""Addresses of the workbench, grouped by the module that answers."""

from django.urls import URLPattern, URLResolver, path

from yizhan.web.workbench import (
    accounts,
    audit,
    cases,
    catalogue,
    catalogue_edit,
    catalogue_import,
    door,
    health,
    hotline,
    hotline_after,
    hotline_calls,
    hotline_link,
    hotline_registers,
    hotline_topics,
    notices,
    office,
    people,
    supervise,
    window,
)

app_name = "workbench"

CASES: list[URLPattern | URLResolver] = [
    path("", cases.worklist, name="worklist"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/reveal/", cases.reveal, name="reveal"),
    path("cases/<str:number>/files/<uuid:file_id>/", cases.stored_file, name="case_file"),
    path("cases/<str:number>/documents/<uuid:document_id>/", cases.document, name="case_document"),
    path("cases/<str:number>/<slug:verb>/", cases.act, name="act"),
]
WINDOW: list[URLPattern | URLResolver] = [
    path("window/", window.window, name="window"),
    path("window/check/", window.check, name="window_check"),
    path("window/items/", window.items, name="window_items"),
    path("window/done/<str:number>/", window.done, name="window_done"),
]
SUPERVISE: list[URLPattern | URLResolver] = [
    path("supervise/", supervise.supervise, name="supervise"),
]
HOTLINE: list[URLPattern | URLResolver] = [
    path("hotline/", hotline.hotline, name="hotline"),
    path("hotline/new/", hotline.hotline_new, name="hotline_new"),
    path("hotline/hints/", hotline.hotline_hints, name="hotline_hints"),
    path("hotline/calls/", hotline_calls.hotline_calls, name="hotline_calls"),
    path("hotline/calls/<uuid:call_id>/", hotline_calls.call_returned, name="call_returned"),
    path("hotline/figures/", hotline.hotline_figures, name="hotline_figures"),
    path("hotline/knowledge/", hotline_registers.hotline_knowledge, name="hotline_knowledge"),
    path(
        "hotline/knowledge/<uuid:entry_id>/",
        hotline_registers.knowledge_renew,
        name="knowledge_renew",
    ),
    path("hotline/topics/", hotline_topics.hotline_topics, name="hotline_topics"),
    path("hotline/topics/<uuid:cluster_id>/", hotline_topics.hotline_topic, name="hotline_topic"),
    path("hotline/models/<int:model_id>/", hotline_topics.model_switch, name="model_switch"),
    path("hotline/catalogue/", hotline_registers.hotline_catalogue, name="hotline_catalogue"),
    path("hotline/catalogue/<uuid:rule_id>/end/", hotline_registers.rule_end, name="rule_end"),
    path("hotline/orders/<str:number>/", hotline.order, name="order"),
    path(
        "hotline/orders/<str:number>/files/<uuid:file_id>/", hotline.order_file, name="order_file"
    ),
    path(
        "hotline/orders/<str:number>/warnings/<uuid:warning_id>/",
        hotline.answer_warning,
        name="answer_warning",
    ),
    path("hotline/rules/", hotline_after.hotline_rules, name="hotline_rules"),
    path(
        "hotline/orders/<str:number>/after/<slug:what>/",
        hotline_after.order_after,
        name="order_after",
    ),
    path("hotline/orders/<str:number>/link/", hotline_link.link_send, name="link_send"),
    path("hotline/link/<str:token>/", hotline_link.link, name="link"),
    path("hotline/link/<str:token>/<slug:verb>/", hotline_link.link_act, name="link_act"),
    path("hotline/orders/<str:number>/<slug:verb>/", hotline.order_act, name="order_act"),
]
PEOPLE: list[URLPattern | URLResolver] = [
    path("login/", door.login, name="login"),
    path("login/totp/", door.second_factor, name="second_factor"),
    path("totp/", door.enrol, name="enrol"),
    path("logout/", door.logout, name="logout"),
    path("people/", people.find, name="people"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/release/", people.person_release, name="person_release"),
    path("people/<uuid:person_id>/merge/", people.person_merge, name="person_merge"),
    path("people/merges/<uuid:merge_id>/undo/", people.merge_undo, name="merge_undo"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<uuid:account_id>/", accounts.account, name="account"),
    path("accounts/<uuid:account_id>/grant/", accounts.account_grant, name="account_grant"),
    path(
        "accounts/<uuid:account_id>/posts/<int:post_id>/end/",
        accounts.account_end_post,
        name="account_end_post",
    ),
    path("accounts/<uuid:account_id>/active/", accounts.account_active, name="account_active"),
    path(
        "accounts/<uuid:account_id>/reset/",
        accounts.account_reset_factor,
        name="account_reset_factor",
    ),
]
OFFICE: list[URLPattern | URLResolver] = [
    path("calendar/", office.calendar, name="calendar"),
    path("calendar/file/", office.calendar_file, name="calendar_file"),
    path("calendar/library/", office.calendar_library, name="calendar_library"),
    path("calendar/local/", office.calendar_local, name="calendar_local"),
    path(
        "calendar/local/<int:day_id>/drop/", office.calendar_local_drop, name="calendar_local_drop"
    ),
    path("calendar/regions/", office.regions, name="regions"),
]
AUDIT: list[URLPattern | URLResolver] = [
    path("audit/", audit.events, name="audit"),
    path("audit/looks/", audit.looks, name="audit_looks"),
    path("audit/trails/", audit.trails, name="audit_trails"),
]
CATALOGUE: list[URLPattern | URLResolver] = [
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/new/", catalogue.item_new, name="item_new"),
    path("catalogue/import/", catalogue_import.imports, name="imports"),
    path("catalogue/import/template/", catalogue_import.import_template, name="import_template"),
    path("catalogue/import/<uuid:run_id>/", catalogue_import.import_run, name="import_run"),
    path(
        "catalogue/import/<uuid:run_id>/confirm/",
        catalogue_import.import_confirm,
        name="import_confirm",
    ),
    path("catalogue/<uuid:item_id>/", catalogue.item, name="item"),
    path("catalogue/<uuid:item_id>/check/", catalogue.item_check, name="item_check"),
    path("catalogue/<uuid:item_id>/edit/", catalogue_edit.item_edit, name="item_edit"),
    path("catalogue/<uuid:item_id>/edit/<slug:name>/", catalogue_edit.item_list, name="item_list"),
    path(
        "catalogue/<uuid:item_id>/edit/<slug:name>/<int:place>/",
        catalogue_edit.item_entry,
        name="item_entry",
    ),
    path(
        "catalogue/<uuid:item_id>/versions/<int:number>/",
        catalogue.item_version,
        name="item_version",
    ),
    path(
        "catalogue/<uuid:item_id>/difference/<int:old>/<int:new>/",
        catalogue.item_difference,
        name="item_difference",
    ),
    path("catalogue/<uuid:item_id>/act/<slug:verb>/", catalogue.item_act, name="item_act"),
]
HOUSE: list[URLPattern | URLResolver] = [
    path("notices/", notices.notices, name="notices"),
    path("notices/<uuid:notice_id>/retry/", notices.retry, name="notice_retry"),
    path("health/", health.health, name="health"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *CASES,
    *WINDOW,
    *SUPERVISE,
    *HOTLINE,
    *PEOPLE,
    *OFFICE,
    *AUDIT,
    *CATALOGUE,
    *HOUSE,
]
