"""The API put together: every room's part, its description, and how tokens are known."""

from __future__ import annotations

from flask import Flask

from jifen.access import api as access
from jifen.access import api_deputies
from jifen.access.queries import actor_of_token
from jifen.activities import api as activities
from jifen.audit import api as audit
from jifen.cycle import api as cycle
from jifen.jobs import api as jobs
from jifen.members import api as members
from jifen.members import api_imports
from jifen.model_posts import api as model_posts
from jifen.notices import api as notices
from jifen.org import api as org
from jifen.org import api_bases
from jifen.points import api as points
from jifen.points import api_objections, api_photos, api_scores
from jifen.points.appraisal import api as appraisal
from jifen.points.attendance import api as attendance
from jifen.points.intake import api as intake
from jifen.points.manual import api as manual
from jifen.points.periods import api as periods
from jifen.points.periods import api_year_end
from jifen.points.queue import api as queue
from jifen.points.sampling import api as sampling
from jifen.privacy import api as privacy
from jifen.rulebook import api as rulebook
from jifen.volunteering import api as hours
from jifen.volunteering import api_community, api_counterpart
from jifen.volunteering import api_imports as hours_imports
from jifen.volunteering.certificates import api as certificates
from jifen.web import description, doors
from jifen.web.rest import Api, IdConverter
from jifen.web.schemas import Figure

ROOMS = (
    *(access, api_deputies, org, members, api_imports, rulebook, points, api_photos, api_scores, intake),
    *(cycle, api_bases, notices, privacy, jobs, audit),
    *(queue, periods, api_objections, api_year_end, appraisal),
    *(attendance, activities),
    *(manual, sampling),
    *(hours, api_community, api_counterpart, hours_imports, certificates),
    model_posts,
)


def init_app(app: Flask) -> None:
    """Open ``/api/v1`` and show its description at ``/api/openapi.json`` and ``/api/docs``."""
    app.config.update(
        API_TITLE="积分 jifen API",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS=description.options(),
    )
    api = Api(app)
    api.register_field(Figure, "string", "decimal")
    api.ma_plugin.converter.add_attribute_function(description.warn)
    api.register_converter(IdConverter, description.id_parameter)
    for room in ROOMS:
        api.register_blueprint(room.blp)
    doors.identify_by(app, actor_of_token)
    description.show(app, api)
