"""Every room's tables, so that one import fills the metadata."""

from jifen.access import models as access
from jifen.access import models_accounts as accounts
from jifen.activities import models as activities
from jifen.audit import models as audit
from jifen.core.db import Base
from jifen.cycle import models as cycle
from jifen.decisions import models as decisions
from jifen.decisions import models_objections as objections
from jifen.decisions import models_publicity as publicity
from jifen.files import models as files
from jifen.jobs import models as jobs
from jifen.members import models as members
from jifen.model_posts import models as model_posts
from jifen.notices import models as notices
from jifen.org import models as org
from jifen.org import models_bases as bases
from jifen.points import models as points
from jifen.points.appraisal import models as appraisal
from jifen.points.attendance import models as attendance
from jifen.points.intake import models as intake
from jifen.points.manual import models as manual
from jifen.points.periods import models as periods
from jifen.points.periods import models_year_end as year_end
from jifen.points.sampling import models as sampling
from jifen.privacy import models as privacy
from jifen.rulebook import models as rulebook
from jifen.volunteering import models as volunteering
from jifen.volunteering import models_community as communities
from jifen.volunteering.certificates import models as certificates
from jifen.web import models as web
from jifen.wechat import models as wechat

metadata = Base.metadata

__all__ = [
    "access",
    "accounts",
    "activities",
    "appraisal",
    "attendance",
    "audit",
    "bases",
    "certificates",
    "communities",
    "cycle",
    "decisions",
    "files",
    "intake",
    "jobs",
    "manual",
    "members",
    "metadata",
    "model_posts",
    "notices",
    "objections",
    "org",
    "periods",
    "points",
    "privacy",
    "publicity",
    "rulebook",
    "sampling",
    "volunteering",
    "web",
    "wechat",
    "year_end",
]
