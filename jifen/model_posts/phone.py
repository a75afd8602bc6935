"""Model posts on the phone: one's own, applying, and whether one's name and photo are shown."""

from __future__ import annotations

from flask import Response

from jifen.core.errors import NotFound
from jifen.files import images
from jifen.model_posts import consents, queries, schemas, service, settings
from jifen.model_posts.console import application, consented
from jifen.model_posts.policy import P
from jifen.web import doors, pages
from jifen.web.doors import asks, current_actor

blp = pages.section("phone_model_posts", __name__, at=doors.PHONE)


@blp.get("/model-posts")
@asks(P.OWN)
def listing() -> Response:
    """One's own posts, and what is open."""
    by = current_actor()
    return pages.page(
        "model_posts/phone_list.html", rows=queries.mine(by=by), openings=queries.openings(by=by)
    )


@blp.get("/model-posts/new/<kind>")
@asks(P.APPLY)
def new(kind: str) -> Response:
    """The form of one kind."""
    by = current_actor()
    found = next((one for one in queries.openings(by=by) if one.kind.code == kind), None)
    if found is None:
        raise NotFound(what="这种示范岗")
    return pages.page("model_posts/phone_new.html", kind=found.kind, left=found.left)


@blp.post("/model-posts/new")
@asks(P.APPLY)
def apply() -> Response:
    """Apply in one's own branch."""
    by = current_actor()
    if by.branch_id is None:
        raise NotFound(what="您所在的支部")
    made = service.apply(application(pages.form(schemas.ModelPostForm), by.branch_id), by=by)
    return pages.done("已提交，由支部审核。", "phone_model_posts.one", post_id=made.id)


@blp.get("/model-posts/<id:post_id>")
@asks(P.OWN)
def one(post_id: int) -> Response:
    """One of one's own."""
    queries.own(post_id, by=current_actor())
    return pages.page(
        "model_posts/phone_one.html",
        found=queries.opened(post_id, by=current_actor()),
        consent=settings.load().consent,
    )


@blp.post("/model-posts/<id:post_id>/cancel")
@asks(P.CANCEL)
def cancel(post_id: int) -> Response:
    """Take an application back."""
    queries.own(post_id, by=current_actor())
    pages.form(schemas.ModelPostEmptyIn)
    service.cancel(post_id, by=current_actor())
    return pages.done("已撤回。", "phone_model_posts.one", post_id=post_id)


@blp.post("/model-posts/<id:post_id>/consents")
@asks(P.CONSENT)
def consent(post_id: int) -> Response:
    """Say yes or no for oneself."""
    queries.own(post_id, by=current_actor())
    words = consented(post_id, pages.form(schemas.ModelPostConsentIn), by=current_actor())
    return pages.done(words, "phone_model_posts.one", post_id=post_id)


@blp.post("/model-posts/<id:post_id>/photo")
@asks(P.CONSENT)
def photo(post_id: int) -> Response:
    """Send a photo of oneself."""
    queries.own(post_id, by=current_actor())
    file = pages.form(schemas.ModelPostPhotoIn)["file"]
    consents.show(post_id, file.read(images.MAX_BYTES + 1), by=current_actor())
    return pages.done("照片已收下，公示墙上可以看到了。", "phone_model_posts.one", post_id=post_id)
