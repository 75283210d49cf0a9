#pragma once

#include "auth/gate.h"
#include "auth/login_desk.h"
#include "http/route.h"

namespace sluice::app {

/// Adds what people and pages come in by: `POST /login`, `POST /logout`, `POST /ticket`. `gate`
/// and `desk` must outlive the routes.
void add_access_routes(auth::Gate& gate, auth::LoginDesk& desk, http::Routes& routes);

}  // namespace sluice::app
