"""web/site.py: an application with everything that all routes stand on, and no route yet.

The desk, who is who, limits, templates, headers, metrics: `web/app.py` adds the rest.
"""

from aiohttp import web

from desk.kernel.desk import Desk
from web import assets as files
from web.assets import ASSETS, Assets
from web.bad_requests import READ, keep_to_ourselves
from web.drafting import DRAFTER, Drafter
from web.edge import DESK, MOST_JSON, TEMPLATES
from web.identity import IDENTITIES, Identities
from web.limiter import LIMITER, Limiter
from web.metrics import METRICS, Metrics, loop_watch
from web.middleware import FRAME, SECURITY, add_headers, outermost, security_headers
from web.pages import login
from web.pages.help import refused
from web.reports.clerk import CLERK, Clerk, clerk_at_work


def make_site(desk: Desk, assets: Assets) -> web.Application:
    """An application around `desk`, which the caller starts and closes."""
    keep_to_ourselves()
    app = web.Application(middlewares=[outermost], client_max_size=MOST_JSON, handler_args=READ)
    app[DESK] = desk
    app[IDENTITIES] = Identities(desk)
    app[LIMITER] = Limiter()
    app[METRICS] = Metrics()
    app[ASSETS] = assets
    app[TEMPLATES] = files.environment(assets)
    app[SECURITY] = security_headers(desk.settings)
    app[FRAME] = refused
    app[CLERK] = Clerk()
    app[DRAFTER] = Drafter(desk, app[LIMITER])
    app.on_cleanup.append(lambda app: app[DRAFTER].close())
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.append(loop_watch)
    app.cleanup_ctx.append(clerk_at_work)
    login.set_up(app)
    app.add_routes(files.routes)
    app.add_routes(login.routes)
    return app
