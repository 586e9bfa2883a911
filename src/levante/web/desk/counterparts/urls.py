from django.urls import path

from levante.web.desk.counterparts import acting, kinds, listing, qualifying, views

urlpatterns = (
    [
        entry
        for place, kind in kinds.KINDS.items()
        for entry in (
            path(f"controparti/{place}/", listing.many, {"kind": place}, name=f"{kind.code}_list"),
            path(f"controparti/{place}/nuovo/", views.new, {"kind": place}, name=f"{kind.code}_new"),
            path(f"controparti/{place}/<int:pk>/", views.single, {"kind": place}, name=kind.code),
            path(f"controparti/{place}/<int:pk>/correggi/", views.edit, {"kind": place}, name=f"{kind.code}_edit"),
        )
    ]
    + [
        entry
        for place, kind in kinds.KINDS.items()
        if kind.may_sign_in
        for entry in (
            path(
                f"controparti/{place}/<int:pk>/invita/",
                acting.invite_person,
                {"kind": place},
                name=f"{kind.code}_invite",
            ),
            path(
                f"controparti/{place}/<int:pk>/inviti/<int:which>/ritira/",
                acting.withdraw,
                {"kind": place},
                name=f"{kind.code}_invitation_withdraw",
            ),
            path(
                f"controparti/{place}/<int:pk>/deleghe/<int:which>/",
                acting.decide,
                {"kind": place},
                name=f"{kind.code}_mandate_decide",
            ),
        )
    ]
    + [path("controparti/buyer/<int:pk>/qualifica/", qualifying.qualify, name="buyer_qualify")]
)
