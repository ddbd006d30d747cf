"""Addresses of the portal, grouped by the module that answers."""

from django.urls import URLPattern, URLResolver, path

from yizhan.web.portal import apply, cases, catalogue, hotline, notices, oidc, people, profile, site

app_name = "portal"

SITE: list[URLPattern | URLResolver] = [
    path("elder/", site.elder, name="elder"),
    path("manifest.webmanifest", site.manifest, name="manifest"),
]
CATALOGUE: list[URLPattern | URLResolver] = [
    path("", catalogue.home, name="home"),
    path("search/", catalogue.search, name="search"),
    path("units/<str:code>/", catalogue.unit, name="unit"),
    path("topics/<str:name>/", catalogue.topic, name="topic"),
    path("items/<str:slug>/", catalogue.guide, name="guide"),
    path("items/<str:slug>/checklist/", catalogue.checklist, name="checklist"),
]
APPLY: list[URLPattern | URLResolver] = [
    path("apply/<str:slug>/", apply.apply, name="apply"),
    path("drafts/<uuid:draft_id>/", apply.draft, name="draft"),
    path("drafts/<uuid:draft_id>/save/", apply.draft_save, name="draft_save"),
    path("drafts/<uuid:draft_id>/carry/", apply.draft_carry, name="draft_carry"),
    path("drafts/<uuid:draft_id>/discard/", apply.draft_discard, name="draft_discard"),
    path("drafts/<uuid:draft_id>/review/", apply.draft_review, name="draft_review"),
    path("drafts/<uuid:draft_id>/submit/", apply.draft_submit, name="draft_submit"),
    path("drafts/<uuid:draft_id>/files/<uuid:file_id>/", apply.draft_file, name="draft_file"),
    path("drafts/<uuid:draft_id>/materials/<str:key>/", apply.draft_upload, name="draft_upload"),
    path(
        "drafts/<uuid:draft_id>/materials/<str:key>/arrange/",
        apply.draft_arrange,
        name="draft_arrange",
    ),
]
CASES: list[URLPattern | URLResolver] = [
    path("my/", cases.my, name="my"),
    path("query/", cases.query, name="query"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/receipt/", cases.receipt, name="receipt"),
    path("cases/<str:number>/receipt/qr.svg", cases.receipt_qr, name="receipt_qr"),
    path("cases/<str:number>/correction/", cases.correction, name="correction"),
    path("cases/<str:number>/withdraw/", cases.withdraw, name="withdraw"),
    path("cases/<str:number>/supply/<str:key>/", cases.supply, name="supply"),
    path(
        "cases/<str:number>/documents/<uuid:document_id>/",
        cases.case_document,
        name="case_document",
    ),
    path("cases/<str:number>/files/<uuid:file_id>/", cases.case_file, name="case_file"),
]
HOTLINE: list[URLPattern | URLResolver] = [
    path("hotline/", hotline.report, name="hotline"),
    path("hotline/track/", hotline.track, name="hotline_track"),
    path("hotline/answers/", hotline.answers, name="hotline_answers"),
    path("hotline/orders/<str:number>/", hotline.hotline_order, name="hotline_order"),
    path("hotline/orders/<str:number>/more/", hotline.hotline_more, name="hotline_more"),
    path("hotline/orders/<str:number>/rate/", hotline.hotline_rate, name="hotline_rate"),
    path(
        "hotline/orders/<str:number>/withdraw/", hotline.hotline_withdraw, name="hotline_withdraw"
    ),
]
PEOPLE: list[URLPattern | URLResolver] = [
    path("login/", people.login, name="login"),
    path("login/code/", people.login_code, name="login_code"),
    path("login/password/", people.login_password, name="login_password"),
    path("logout/", people.logout, name="logout"),
    path("register/", people.register, name="register"),
    path("me/", profile.profile, name="profile"),
    path("me/phone/", profile.phone, name="profile_phone"),
    path("me/password/", profile.password, name="profile_password"),
    path("oidc/start/", oidc.start, name="oidc_start"),
    path("oidc/callback/", oidc.callback, name="oidc_callback"),
]
DEMO: list[URLPattern | URLResolver] = [
    path("demo/outbox/", notices.outbox, name="outbox"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *SITE,
    *CATALOGUE,
    *APPLY,
    *CASES,
    *HOTLINE,
    *PEOPLE,
    *DEMO,
]
