//! The French agency's 54 published documents: each must be read, and say what an independent
//! reader found in it. The people are the agency's test people.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use clinical::{CdaForm, CdaLevel, InstanceIdentifier, Kind, check, read_cda};

/// File | form | level | id | replaces | code | last template | templates | INS (last arc of its
/// authority, number) | birth name | first given name | all given names | birth | sex | place.
const EXPECTED: &str = "\
01_Modèles_contenus_CDA.xml | plain | 3 | 1.2.250.1.213.1.1.1.13.12345.1.1 | 1.2.250.1.213.1.1.1.13.1.1 | 60591-5 | 1.2.250.1.213.1.1.1.13 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
ANEST-CR-ANEST_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.40.2022.1.1 | - | 77436-4 | 1.2.250.1.213.1.1.1.40 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
ANEST-CR-CPA_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.41.2022.1.1 | - | 34749-2 | 1.2.250.1.213.1.1.1.41 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
AVC-AUNV_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.15.2022.1.1 | - | 34133-9 | 1.2.250.1.213.1.1.1.15 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
AVC-EUNV_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.16.2022.1.1 | - | 34133-9 | 1.2.250.1.213.1.1.1.16 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2021.01_Auto-Presentable.xml | self | 3 | 1.2.250.1.213.1.1.1.55.2021.1.1 | - | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2021.01_CDA-R2-Niveau-1.xml | plain | 1 application/pdf | 1.2.250.1.213.1.1.1.55.2021.3.1 | - | 11502-2 | 1.3.6.1.4.1.19376.1.2.20 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2021.01_CR-2nde-intention.xml | plain | 3 | 1.2.250.1.213.1.1.1.55.2021.4.1 | - | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2021.01_Microbiologie_V2.xml | plain | 3 | 1.2.250.1.213.1.1.1.55.2021.6.2 | 1.2.250.1.213.1.1.1.55.12345.8 | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2024.01_CRP_non_LOINC.xml | plain | 3 | 1.2.250.1.213.1.1.1.55.2024.2.1 | - | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2024.01_DEP-CCU-HPV-structuré-CYTO-pdf.xml.xml | plain | 3 | 1.2.250.1.213.1.1.1.55.2024.3.1 | - | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2024.01_DEP-CCU-tout-structuré.xml | plain | 3 | 1.2.250.1.213.1.1.1.55.2024.4.1 | - | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2024.01_Electrophorese.xml | plain | 3 | 1.2.250.1.213.1.1.1.55.2024.5.1 | - | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2024.01_Glycémie deux unités principales_mole_masse.xml | plain | 3 | 1.2.250.1.213.1.1.1.55.2024.6.1 | - | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2024.01_Microbiologie_V1.xml | plain | 3 | 1.2.250.1.213.1.1.1.55.2024.8.1 | - | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-CR-BIO_2024.01_TSH_1.xml | plain | 3 | 1.2.250.1.213.1.1.1.55.2024.9.1 | - | 11502-2 | 1.2.250.1.213.1.1.1.55 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-TROD_2024.01_Angine.xml | plain | 3 | 1.2.250.1.213.1.1.1.59.2024.1.1 | - | 96173-0 | 1.2.250.1.213.1.1.1.59 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
BIO-TROD_2024.01_COVID-19_Grippe-A_Grippe-B.xml | plain | 3 | 1.2.250.1.213.1.1.1.59.2024.3.1 | - | 96173-0 | 1.2.250.1.213.1.1.1.59 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CANCER-CR-GM_2022.01_AnalyseRealisee.xml | plain | 3 | 1.2.250.1.213.1.1.1.32.2022.2.1 | - | 51969-4 | 1.2.250.1.213.1.1.1.32 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CANCER-D2LM-FIDD_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.28.2022.1.1 | - | 18748-4 | 1.2.250.1.213.1.1.1.28 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CANCER-D2LM-FIN_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.27.2022.1.1 | - | 18748-4 | 1.2.250.1.213.1.1.1.27 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CANCER-FRCP_2022.01_Appareil.xml | plain | 3 | 1.2.250.1.213.1.1.1.8.2022.1.1 | - | 34794-8 | 1.2.250.1.213.1.1.1.8 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CANCER-PPS_2022.01_Autopresentable.xml | self | 3 | 1.2.250.1.213.1.1.1.26.2022.1.1 | - | 18776-5 | 1.2.250.1.213.1.1.1.26 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19760531 | F | 51215
CANCER-PPS_2022.01_feuille-de-style-externe.xml | plain | 3 | 1.2.250.1.213.1.1.1.26.2022.2.1 | - | 18776-5 | 1.2.250.1.213.1.1.1.26 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CARD-F-PRC-AVK_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.2.1.1.2022.1.1 | - | 34133-9 | 1.2.250.1.213.1.1.1.2.1.1 | 5 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CARD-F-PRC-PPV_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.2.1.5.2022.1.1 | - | 34133-9 | 1.2.250.1.213.1.1.1.2.1.5 | 5 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CARD-F-PRC-PSC_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.2.1.4.2022.1.1 | - | 34133-9 | 1.2.250.1.213.1.1.1.2.1.4 | 5 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CNAM-HR_2021.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.36.2021.1.1 | - | REMB | 1.2.250.1.213.1.1.1.36 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
CSE-CS24_2024.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.5.3.2024.1.1 | - | CERT_DECL | 1.2.250.1.213.1.1.1.5.3 | 4 | 8 221042545611404 | DECOURCY | Ruth | Ruth Isabelle | 20210425 | F | 75056
CSE-CS8_2025.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.5.1.2024.2.1 | - | CERT_DECL | 1.2.250.1.213.1.1.1.5.1 | 5 | 10 221042545611404 | DECOURCY | Ruth | Ruth Isabelle | 20230425 | F | 75056
CSE-CS9_2024.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.5.2.2024.1.1 | - | CERT_DECL | 1.2.250.1.213.1.1.1.5.2 | 4 | 8 221042545611404 | DECOURCY | Ruth | Ruth Isabelle | 20210601 | F | 75056
CSE-MDE_2023.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.5.2023.1.1 | - | 29274-8 | 1.2.250.1.213.1.1.1.5.4 | 5 | 8 222127505611201 | DECOURCY | Ruth | Ruth Isabelle | 20221225 | F | 75056
DLU-EHPAD-DLU_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.22.2022.1.1 | - | 74207-2 | 1.2.250.1.213.1.1.1.22 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
DLU-EHPAD-FLUDR_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.24.2022.1.1 | - | 74207-2 | 1.2.250.1.213.1.1.1.24 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
DOC_NON_STRUCTURE_CDA-R2-N1.xml | plain | 1 application/pdf | 1.3.6.1.4.1.19376.1.2.20.12345.1.1 | - | 11502-2 | 1.3.6.1.4.1.19376.1.2.20 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
IMG-DA-IMG_2024.01_Radiographie_ChevilleGenou.xml | plain | 3 | 1.2.250.1.213.1.1.1.47.2024.2.1 | - | 55115-0 | 1.2.250.1.213.1.1.1.47 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
IMG_CR_IMG_2024.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.45.2024.1.1 | 90E1C8EC-F951-4B26-A305-A34848818DD6 | 18748-4 | 1.2.250.1.213.1.1.1.45 | 6 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
IPS-FR_2024.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.51.2024.1.1 | 8D5E778C-E155-4685-95C6-5FF65A362964 | 60591-5 | 1.2.250.1.213.1.1.1.51 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
LDL-SES_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.29.2022.1.1 | - | 11490-0 | 1.2.250.1.213.1.1.1.29 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
OBP-SAP_2024.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.12.1.2024.1.1 | - | 57055-6 | 1.2.250.1.213.1.1.1.12.1 | 3 | 8 277076322082910 | NESSI | Marie | Marie Jeanne Michelle | 19770714 | F | 51215
OBP-SCM_2024.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.12.4.2024.1.1 | - | 89235-6 | 1.2.250.1.213.1.1.1.12.4 | 3 | 8 277076322082910 | NESSI | Marie | Marie Jeanne Michelle | 19770714 | F | 51215
OBP-SNE_2024.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.12.3.2024.1.1 | - | 57075-4 | 1.2.250.1.213.1.1.1.12.3 | 3 | 8 223042545611404 | DECOURCY | Marie | Marie Jeanne Michelle | 20230425 | F | 75056
OPH-BRE_2022.02.xml | plain | 3 | 1.2.250.1.213.1.1.1.42.2022.1.1 | 1.2.250.1.213.1.1.9^OPH-BRE_2021.01_20210827_00001_2 | 78513-9 | 1.2.250.1.213.1.1.1.42 | 5 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
SDM-MR_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.30.2022.1.1 | - | 34133-9 | 1.2.250.1.213.1.1.1.30 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
SDM-MR_2024.01_patiente-enceinte.xml | plain | 3 | 1.2.250.1.213.1.1.1.30.2024.2.1 | - | 34133-9 | 1.2.250.1.213.1.1.1.30 | 3 | 10 277076322082910 | NESSI | Ruth | Ruth Isabelle | 19770714 | F | 75115
TLM-CR_2022.01.xml | plain | 1 application/pdf | 1.3.6.1.4.1.19376.1.2.20.2022.1.1 | - | 85208-7 | 1.3.6.1.4.1.19376.1.2.20 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
TLM-DA_2022.01_TCG.xml | plain | 3 | 1.2.250.1.213.1.1.1.38.2022.1.1 | - | 75496-0 | 1.2.250.1.213.1.1.1.38 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
VAC-NOTE_2023.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.46.2023.1.1 | - | 87273-9 | 1.2.250.1.213.1.1.1.46 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
VAC_2023.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.37.2023.1.1 | - | 11369-6 | 1.2.250.1.213.1.1.1.37 | 4 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
VSM_1.4_2022.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.13.2022.1.1 | - | SYNTH | 1.2.250.1.213.1.1.1.13 | 3 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
eDISP-MED_2024.01.xml | plain | 3 | 1.2.250.1.213.1.1.1.54.2024.1.1 | - | 60593-1 | 1.2.250.1.213.1.1.1.54 | 5 | 8 277076322082910 | NESSI | RUTH | ISABELLE | 19770714 | F | 51215
eP-MED-DM_2022.01_PosoNonStruct.xml | plain | 3 | 1.2.250.1.213.1.1.1.39.2022.1.1 | - | 57833-6 | 1.2.250.1.213.1.1.1.39 | 5 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
eP-MED-DM_2023.01_PosoStruct.xml | plain | 3 | 1.2.250.1.213.1.1.1.39.2023.2.1 | - | 57833-6 | 1.2.250.1.213.1.1.1.39 | 5 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
eP-MED-DM_2024.01_PosoStruct.xml | plain | 3 | 1.2.250.1.213.1.1.1.39.2024.2.1 | - | 57833-6 | 1.2.250.1.213.1.1.1.39 | 5 | 10 279035121518989 | PAT-TROIS | DOMINIQUE | DOMINIQUE MARIE-LOUISE | 19790328 | F | 51215
";

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/cda-examples");
    if !folder.is_dir() {
        eprintln!("skipped: the reference examples are not here");
        return None;
    }
    Some(folder)
}

fn written(id: &InstanceIdentifier) -> String {
    match &id.extension {
        Some(extension) => format!("{}^{extension}", id.root),
        None => id.root.clone(),
    }
}

#[test]
fn every_published_example_says_what_is_expected_of_it() {
    let Some(folder) = folder() else { return };
    let names: Vec<_> =
        std::fs::read_dir(&folder).expect("listed").map(|entry| entry.expect("entry").path()).collect();
    assert_eq!(names.len(), EXPECTED.lines().count(), "one line for each file");
    for line in EXPECTED.lines() {
        let expected: Vec<_> = line.split(" | ").collect();
        let file = expected.first().expect("a name");
        let bytes = std::fs::read(folder.join(file)).expect("readable");
        let header = read_cda(&bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        let patient = &header.patient;
        let form = match header.form {
            CdaForm::Plain => "plain",
            CdaForm::SelfPresenting => "self",
        };
        let level = match &header.level {
            CdaLevel::One { media_type, .. } => format!("1 {media_type}"),
            CdaLevel::Three => "3".to_owned(),
        };
        let birth = patient.birth_date.map(|date| date.strftime("%Y%m%d").to_string()).unwrap_or_default();
        let sex = match patient.sex {
            Some(model::Sex::Female) => "F",
            Some(model::Sex::Male) => "M",
            _ => "U",
        };
        let read = [
            file.to_string(),
            form.to_owned(),
            level,
            written(&header.id),
            header.replaces.as_ref().map_or("-".to_owned(), written),
            header.code.code.clone(),
            header.template_ids.last().expect("a template").root.clone(),
            header.template_ids.len().to_string(),
            format!(
                "{} {}",
                patient.ins.root.rsplit('.').next().unwrap_or_default(),
                patient.ins.extension.clone().unwrap_or_default()
            ),
            patient.birth_name.clone().unwrap_or_default(),
            patient.first_given.clone().unwrap_or_default(),
            patient.all_given.clone().unwrap_or_default(),
            birth,
            sex.to_owned(),
            patient.birth_place_insee.clone().unwrap_or_default(),
        ];
        assert_eq!(read.join(" | "), line);
        assert!(header.stylesheet && header.effective_time.len() >= 17, "{file}");
        assert!(
            header.title.is_some() && header.set_id.is_some() && header.version_number.is_some(),
            "{file}"
        );
        assert!(header.service_start.is_some(), "{file}");
        assert!(!header.custodian.ids.is_empty(), "{file}");
        assert!(
            header.authors.iter().all(|author| !author.ids.is_empty() && author.family.is_some()),
            "{file}"
        );
        let printed = format!("{header:?}");
        assert!(!printed.contains(&patient.birth_name.clone().expect("a name")), "{file} prints its patient");
    }
}

#[test]
fn every_published_example_opens() {
    let Some(folder) = folder() else { return };
    for line in EXPECTED.lines() {
        let file = line.split(" | ").next().expect("a name");
        let bytes = std::fs::read(folder.join(file)).expect("readable");
        let checked = check("text/xml", &bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
        let kind = if line.contains(" | self | ") { Kind::SelfPresentingCda } else { Kind::Cda };
        assert_eq!(checked.kind, kind, "{file}");
        if line.contains(" | 1 application/pdf | ") {
            assert_eq!(checked.encapsulated, Some(Kind::Pdf), "{file}");
        }
    }
}

#[test]
fn every_file_the_examples_enclose_opens() {
    let Some(folder) = folder() else { return };
    let (mut pdfs, mut images) = (0, 0);
    for line in EXPECTED.lines() {
        let file = line.split(" | ").next().expect("a name");
        let bytes = std::fs::read(folder.join(file)).expect("readable");
        for enclosed in clinical::cda::attachments(&bytes).expect("readable") {
            // Three published examples declare a png as a jpeg: the bytes say what they are.
            let really = match enclosed.bytes.get(..4) {
                Some(b"\x89PNG") => "image/png",
                _ => enclosed.media_type.as_str(),
            };
            let checked = check(really, &enclosed.bytes).unwrap_or_else(|error| panic!("{file}: {error}"));
            match checked.pdf {
                Some(facts) => {
                    assert!((1..=5).contains(&facts.pages), "{file}: {} pages", facts.pages);
                    assert!(!facts.script && !facts.launch && !facts.embedded, "{file}");
                    pdfs += 1;
                }
                None => images += 1,
            }
        }
    }
    assert_eq!((pdfs, images), (26, 11));
}

#[test]
fn the_imaging_examples_open() {
    let Some(folder) = folder() else { return };
    let imaging = folder.join("../imaging");
    let report = std::fs::read(imaging.join("DOC00002.xml")).expect("readable");
    let kos = std::fs::read(imaging.join("kos.dcm")).expect("readable");
    assert_eq!(check("text/xml", &report).map(|checked| checked.kind), Ok(Kind::Cda));
    assert_eq!(check("application/dicom", &kos).map(|checked| checked.kind), Ok(Kind::Dicom));
}
