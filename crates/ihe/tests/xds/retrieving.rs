//! ITI-43: several documents, each its own success or error.

use ihe::xds::ErrorCode;
use ihe::xds::iti43::{self, Given};

use crate::fixtures::*;

fn request(documents: &[(&str, &str)]) -> String {
    let documents: String = documents
        .iter()
        .map(|(repository, document)| {
            format!(
                "<DocumentRequest><RepositoryUniqueId>{repository}</RepositoryUniqueId><DocumentUniqueId>{document}</DocumentUniqueId></DocumentRequest>"
            )
        })
        .collect();
    format!(
        r#"<RetrieveDocumentSetRequest xmlns="urn:ihe:iti:xds-b:2007">{documents}</RetrieveDocumentSetRequest>"#
    )
}

#[test]
fn each_document_is_asked_of_its_repository() {
    let text =
        request(&[("1.2.250.1.999.9", "1.2.3"), ("1.2.250.1.999.8", "1.2.4^A-1"), ("1.2.250.1.999.9", "no")]);
    let asked = iti43::decode(&parse(&text).root()).unwrap();
    let ours = repository();
    assert_eq!(asked[0].of(&ours).unwrap().to_string(), "urn:oid:1.2.3");
    assert_eq!(asked[1].of(&ours).unwrap_err().code, ErrorCode::XDSUnknownRepositoryId);
    let absent = asked[2].of(&ours).unwrap_err();
    assert_eq!(
        (absent.code, absent.location.as_deref()),
        (ErrorCode::XDSDocumentUniqueIdError, Some("DocumentRequest[3]"))
    );
}

#[test]
fn what_is_no_request_is_refused() {
    let twice = [("1.2.250.1.999.9", "1.2.3"), ("1.2.250.1.999.9", "1.2.3")];
    let many: Vec<String> = (0..201).map(|it| format!("1.2.{it}")).collect();
    let many: Vec<_> = many.iter().map(|it| ("1.2.250.1.999.9", it.as_str())).collect();
    let missing = request(&twice[..1]).replace("RepositoryUniqueId", "HomeCommunityId");
    let other = request(&twice[..1]).replace("RetrieveDocumentSetRequest", "RemoveDocumentsRequest");
    for wrong in [request(&[]), request(&twice), request(&many), missing, other] {
        assert_eq!(
            iti43::decode(&parse(&wrong).root()).err().unwrap().0[0].code,
            ErrorCode::XDSRepositoryError
        );
    }
}

#[test]
fn an_answer_is_whole_partial_or_none() {
    let given = Given {
        document: held(1).description.unique_id,
        mime_type: "text/xml".into(),
        content_id: "document-1@x".into(),
    };
    let asked = iti43::decode(&parse(&request(&[("1.2", "1.2.3")])).root()).unwrap();
    let errors = [asked[0].absent()];
    let ours = repository();
    let status = |given: &[Given], errors: &[_]| {
        let text = iti43::encode(given, &ours, errors).unwrap();
        let answer = parse(&text);
        let response = answer.root().children().next().unwrap();
        (response.attribute("status").unwrap().rsplit(':').next().unwrap().to_owned(), text)
    };
    let (whole, text) = status(std::slice::from_ref(&given), &[]);
    assert_eq!(whole, "Success");
    assert!(
        text.contains("href=\"cid:document-1@x\"")
            && text.contains("<xdsb:DocumentUniqueId>1.2.250.1.999.2.1<")
    );
    let (partial, text) = status(std::slice::from_ref(&given), &errors);
    assert_eq!(partial, "PartialSuccess");
    assert!(text.contains("XDSDocumentUniqueIdError") && text.contains("xop:Include"));
    assert_eq!(status(&[], &errors).0, "Failure");
}
