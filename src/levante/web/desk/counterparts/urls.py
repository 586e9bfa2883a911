from django.urls import path

from levante.web.desk.counterparts import views

urlpatterns = [
    entry
    for place, kind in views.KINDS.items()
    for entry in (
        path(f"controparti/{place}/", views.many, {"kind": place}, name=f"{kind.code}_list"),
        path(f"controparti/{place}/nuovo/", views.new, {"kind": place}, name=f"{kind.code}_new"),
        path(f"controparti/{place}/<int:pk>/", views.single, {"kind": place}, name=kind.code),
        path(f"controparti/{place}/<int:pk>/correggi/", views.edit, {"kind": place}, name=f"{kind.code}_edit"),
    )
]
