//! `?wsdl`: each service as a tool reads it to make a client (WSDL 1.1, SOAP 1.2, no policy). What the assertion must
//! say is not a thing WSDL has words for: it is in `docs/connect.md`.

use axum::extract::RawQuery;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use ihe::dmp::{AUTHORISATIONS, PATIENTS};
use ihe::soap::Operation;

use super::Service;
use super::operations::Row;
use super::operations::XDS_B;
use crate::app::App;
use crate::outcome::Outcome;

/// The schemas of ebRIM 3.0 and XDS.b as far as these services use them.
const XDS: &str = include_str!("xds.xsd");
/// The DMP's own messages, as `ihe` reads and writes them: no published schema is known.
const DMP: &str = include_str!("dmp.xsd");

/// How a service is named, in which namespace, and the schemas of its messages.
fn about(service: Service) -> (&'static str, &'static str, &'static str) {
    match service {
        Service::CareRegistry | Service::FeedRegistry => ("DocumentRegistry", XDS_B, XDS),
        Service::CareRepository | Service::FeedRepository => ("DocumentRepository", XDS_B, XDS),
        Service::CarePatients | Service::FeedPatients => ("Patients", PATIENTS, DMP),
        Service::CareAuthorisations => ("Authorisations", AUTHORISATIONS, DMP),
    }
}

pub(super) fn answer(service: Service, app: &App, RawQuery(query): RawQuery) -> Response {
    if !query.is_some_and(|it| it.eq_ignore_ascii_case("wsdl")) {
        return Outcome::METHOD.into_response();
    }
    let mut response = wsdl(service, &service.address(app)).into_response();
    let xml = HeaderValue::from_static("text/xml; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, xml);
    response
}

fn wsdl(service: Service, address: &str) -> String {
    let (name, namespace, schemas) = about(service);
    let (mut messages, mut port, mut binding) = (String::new(), String::new(), String::new());
    // what is another name of one that is there, or is always refused, has none here
    for Row { wire, name: of, answers: (answers_in, answers), .. } in
        service.rows().filter(|row| !row.name.is_empty())
    {
        let Operation { action, reply, body: (asks_in, element) } = wire;
        messages += &format!(
            "<wsdl:message name=\"{of}Request\"><wsdl:part name=\"body\" xmlns:a=\"{asks_in}\" \
             element=\"a:{element}\"/></wsdl:message>\n\
             <wsdl:message name=\"{of}Response\"><wsdl:part name=\"body\" xmlns:a=\"{answers_in}\" \
             element=\"a:{answers}\"/></wsdl:message>\n"
        );
        port += &format!(
            "<wsdl:operation name=\"{of}\">\
             <wsdl:input message=\"tns:{of}Request\" wsaw:Action=\"{action}\" wsam:Action=\"{action}\"/>\
             <wsdl:output message=\"tns:{of}Response\" wsaw:Action=\"{reply}\" wsam:Action=\"{reply}\"/>\
             </wsdl:operation>\n"
        );
        binding += &format!(
            "<wsdl:operation name=\"{of}\"><soap12:operation soapAction=\"{action}\" style=\"document\"/>\
             <wsdl:input><soap12:body use=\"literal\"/></wsdl:input>\
             <wsdl:output><soap12:body use=\"literal\"/></wsdl:output></wsdl:operation>\n"
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <wsdl:definitions xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" \
         xmlns:soap12=\"http://schemas.xmlsoap.org/wsdl/soap12/\" \
         xmlns:wsaw=\"http://www.w3.org/2006/05/addressing/wsdl\" \
         xmlns:wsam=\"http://www.w3.org/2007/05/addressing/metadata\" \
         xmlns:tns=\"{namespace}\" targetNamespace=\"{namespace}\" name=\"{name}\">\n\
         <wsdl:types>\n{schemas}</wsdl:types>\n{messages}\
         <wsdl:portType name=\"{name}_PortType\">\n{port}</wsdl:portType>\n\
         <wsdl:binding name=\"{name}_Binding_Soap12\" type=\"tns:{name}_PortType\">\n\
         <soap12:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n\
         <wsaw:UsingAddressing wsdl:required=\"true\"/>\n{binding}</wsdl:binding>\n\
         <wsdl:service name=\"{name}_Service\"><wsdl:port name=\"{name}_Port_Soap12\" \
         binding=\"tns:{name}_Binding_Soap12\"><soap12:address location=\"{address}\"/></wsdl:port></wsdl:service>\n\
         </wsdl:definitions>\n"
    )
}
