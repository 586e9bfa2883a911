"""What the offices told this person about whom they act for."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from levante.kernel.api import language_now, prefix_of
from levante.messages.api import Notice, mark_read
from levante.web.access import for_party


@for_party()
def inbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(Notice.objects.visible_to(request.actor), 25).get_page(request.GET.get("page"))
    return render(request, "portal/notices/inbox.html", {"page": page})


@for_party()
@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark it as read and go where it leads."""
    notice = get_object_or_404(Notice.objects.visible_to(request.actor), pk=pk)
    mark_read(actor=request.actor, notice=notice)
    return redirect(prefix_of(language_now()) + notice.path if notice.path.startswith("/") else "portal:notices")
