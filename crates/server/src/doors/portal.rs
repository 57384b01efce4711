//! The portal: what people open in a browser. In demo mode it also carries the demo's own routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::outcome::Outcome;
use crate::{api, demo, page};

pub fn router(app: Arc<App>) -> Router {
    let routes = api::router()
        .route("/", get(home))
        .route("/style.css", get(page::style))
        .fallback(async || Outcome::NOT_FOUND)
        .method_not_allowed_fallback(async || Outcome::METHOD);
    let routes = if app.demo.is_some() { routes.merge(demo::routes::router()) } else { routes };
    routes.with_state(app)
}

async fn home(State(app): State<Arc<App>>) -> Response {
    let demo = if app.demo.is_some() {
        "<p><a href=\"/demo/outbox\">Boîte d’envoi</a> : ce que la démonstration aurait envoyé par courriel, \
         SMS ou courrier.</p>\n<p><a href=\"/demo/clock\">Horloge</a> de la démonstration.</p>\n"
    } else {
        ""
    };
    let body = format!(
        "<p>Un carnet de santé partagé, libre, que chacun peut héberger. Le titulaire y voit tout ce qui le \
         concerne et qui l’a consulté ; un professionnel n’y lit que ce qui lui est permis.</p>\n\
         <p>Ce portail n’a pas encore de pages pour les titulaires. Les logiciels parlent aux autres portes : \
         soins, alimentation, pilotage. Leurs adresses et des certificats d’essai sont dans \
         <code>demo.json</code>, dont le chemin s’affiche au démarrage ; le fichier <code>README.md</code> \
         guide la visite.</p>\n{demo}"
    );
    page::page(&app, "carnet", &body).into_response()
}
