//! ITI-43 (TD3.2): documents by their unique ids, beside the answer as parts.

use ihe::mtom::Writer;
use ihe::xds::iti43::{self, Given};
use model::{UniqueId, chance};

use super::answer::{Done, Part};
use super::talk::{Asked, Not, Talk, repository, unwritten};
use super::told::Of;

pub(super) fn retrieve(talk: &Talk, asked: &Asked<'_>) -> Result<Done, Not> {
    let wanted = iti43::decode(&asked.request.body())?;
    let ins = asked.patient()?;
    let repository = repository()?;
    let mut errors = Vec::new();
    let mut here = Vec::new();
    for it in &wanted {
        match it.of(&repository) {
            Ok(id) => here.push((it, id)),
            Err(error) => errors.push(error),
        }
    }
    let ids: Vec<UniqueId> = here.iter().map(|(_, id)| (*id).clone()).collect();
    if ids.is_empty() {
        return Err(super::told::Told::Errors(errors).into());
    }
    let found = talk.app.records.retrieve(asked.call, ins, &ids);
    let found = found.map_err(|it| Not::by(it, Of::Retrieving))?.into_inner();
    let writer = Writer::new(chance::throw(&*talk.app.dice));
    let (mut given, mut parts) = (Vec::new(), Vec::new());
    for (place, ((it, id), document)) in here.into_iter().zip(found).enumerate() {
        let Some(document) = document else {
            errors.push(it.absent());
            continue;
        };
        let media_type = document.entry.description.mime_type.clone();
        let content_id = writer.content_id(place);
        given.push(Given {
            document: id.clone(),
            mime_type: media_type.clone(),
            content_id: content_id.clone(),
        });
        parts.push(Part { content_id, media_type, document });
    }
    let body = iti43::encode(&given, &repository, &errors).map_err(|_| unwritten())?;
    Ok(Done::with(body, writer, parts))
}
