//! Imaging: what radiologists and whoever looks with a probe or a scope write.

use super::{CONCLUSION, FINDINGS, Form, REASON, Script, TECHNIQUE, VISIT};

script!(
    CHEST,
    "18748-4",
    "Radiographie du thorax",
    VISIT,
    Bare,
    (REASON, "Indication", &["[Toux persistante.|Contrôle.|Dyspnée d'effort.]"]),
    (TECHNIQUE, "Technique", &["Cliché de face en inspiration, {4-9} cGy.cm²."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "[Pas de foyer parenchymateux.|Syndrome bronchique diffus.|Séquelle fibreuse de la base {cotee}.] Culs-de-sac pleuraux libres. Silhouette cardiaque [normale|à la limite supérieure]. Médiastin centré."
        ]
    ),
    (CONCLUSION, "Conclusion", &["[Pas d'anomalie évolutive.|Aspect stable.]"])
);

script!(
    WRIST,
    "18748-4",
    "Radiographie du poignet",
    VISIT,
    Bare,
    (REASON, "Indication", &["Contrôle de fracture de l'extrémité distale du radius {cote}."]),
    (TECHNIQUE, "Technique", &["Deux incidences, sous plâtre."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Alignement satisfaisant, [cal débutant|cal visible], pas de déplacement secondaire. Articulation radio-ulnaire congruente."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Évolution radiologique conforme au délai."])
);

script!(
    HIP,
    "18748-4",
    "Radiographie de hanche",
    VISIT,
    Bare,
    (REASON, "Indication", &["Contrôle de prothèse de hanche {cotee}."]),
    (
        FINDINGS,
        "Résultats",
        &["Prothèse en place, pas de descellement ni de liseré. Symétrie des articulations sacro-iliaques."]
    ),
    (CONCLUSION, "Conclusion", &["Contrôle satisfaisant."])
);

script!(
    KNEE,
    "18748-4",
    "Radiographies des genoux",
    VISIT,
    Bare,
    (REASON, "Indication", &["Gonalgies mécaniques, plus marquées à {cotee}."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Pincement fémorotibial interne {cote}, stade [III|IV] de Kellgren, ostéophytes. Genou opposé : stade [I|II]."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Gonarthrose interne {cotee}."])
);

script!(
    MAMMOGRAM,
    "18748-4",
    "Mammographie de surveillance",
    VISIT,
    Sections,
    (REASON, "Indication", &["Surveillance annuelle après traitement conservateur {cote}."]),
    (
        TECHNIQUE,
        "Technique",
        &["Face et oblique externe bilatérales, tomosynthèse, échographie complémentaire."]
    ),
    (
        FINDINGS,
        "Résultats",
        &[
            "Densité de type [B|C]. Cicatrice stable du quadrant supéro-externe {cote}. Pas de foyer de microcalcifications suspect. Aires axillaires libres."
        ]
    ),
    (CONCLUSION, "Conclusion", &["ACR 2 à {cotee}, ACR 1 de l'autre côté. Contrôle dans un an."])
);

script!(
    SCREENING,
    "75492-9",
    "Mammographie de dépistage",
    VISIT,
    Sections,
    (TECHNIQUE, "Technique", &["Dépistage organisé, deux incidences par sein, double lecture."]),
    (FINDINGS, "Résultats", &["Seins de densité [A|B|C]. Pas d'opacité ni de microcalcification suspecte."]),
    (CONCLUSION, "Conclusion", &["ACR [1|1|2]. Prochain dépistage dans deux ans."])
);

script!(
    SCANNER,
    "18748-4",
    "Scanner thoraco-abdomino-pelvien",
    VISIT,
    Sections,
    (REASON, "Indication", &["Surveillance oncologique."]),
    (
        TECHNIQUE,
        "Technique",
        &[
            "Acquisition hélicoïdale au temps portal après injection, PDL {420-780} mGy.cm. Comparé à l'examen précédent."
        ]
    ),
    (
        FINDINGS,
        "Résultats",
        &[
            "Thorax : pas de nodule suspect, pas d'épanchement. Abdomen : foie homogène, [kyste biliaire de {mm} mm inchangé|pas de lésion focale]. Pas d'adénopathie. Pelvis sans particularité. Pas de lésion osseuse."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Pas d'argument pour une évolution de la maladie."])
);

script!(
    HEART_ECHO,
    "18748-4",
    "Échocardiographie",
    VISIT,
    Sections,
    (REASON, "Indication", &["Surveillance d'une insuffisance cardiaque."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Ventricule gauche {54-64} mm en diastole, FEVG {fevg} % (Simpson biplan). E/e' {8-16}. Oreillette gauche {32-46} mL/m². Fuite mitrale minime. TAPSE {15-22} mm, PAPS {28-45} mmHg. Péricarde sec."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Fraction d'éjection altérée, [stable|en légère amélioration]."])
);

script!(
    PREGNANCY_ECHO,
    "18748-4",
    "Échographie de grossesse",
    VISIT,
    Sections,
    (REASON, "Indication", &["Examen de dépistage de la grossesse."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Grossesse monofœtale évolutive, activité cardiaque régulière. Biométrie au {25-70}e percentile. Liquide en quantité normale. Placenta [antérieur|postérieur], non bas inséré. Morphologie accessible sans anomalie décelée."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Examen sans particularité au terme indiqué."])
);

script!(
    LEG_VEINS,
    "18748-4",
    "Échographie-doppler veineux",
    VISIT,
    Bare,
    (REASON, "Indication", &["Œdème unilatéral {cote}."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Veines profondes perméables et compressibles des deux côtés. Reflux de la grande saphène {cotee}."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Pas de thrombose veineuse."])
);

script!(
    ABDOMEN,
    "18748-4",
    "Échographie abdominale",
    VISIT,
    Sections,
    (
        REASON,
        "Indication",
        &["[Douleurs de l'hypocondre droit.|Bilan d'anomalie biologique.|Douleurs abdominales.]"]
    ),
    (
        FINDINGS,
        "Résultats",
        &[
            "Foie [homogène|discrètement hyperéchogène]. Vésicule [alithiasique|avec un calcul mobile de {mm} mm]. Reins de taille normale, cavités fines. Rate et pancréas sans particularité."
        ]
    ),
    (CONCLUSION, "Conclusion", &["[Pas d'anomalie notable.|Stéatose modérée.]"])
);

script!(
    BRAIN,
    "18748-4",
    "IRM cérébrale",
    VISIT,
    Sections,
    (REASON, "Indication", &["Bilan d'un trouble cognitif."]),
    (
        TECHNIQUE,
        "Technique",
        &["T1, FLAIR, diffusion, T2*, coupes coronales hippocampiques. Sans injection."]
    ),
    (
        FINDINGS,
        "Résultats",
        &[
            "Atrophie hippocampique (Scheltens {1-3}). Leucopathie Fazekas {1-2}. Pas de lésion récente, pas de microsaignement."
        ]
    ),
    (CONCLUSION, "Conclusion", &["Atrophie temporale interne, composante vasculaire [discrète|modérée]."])
);

script!(
    COLONOSCOPY,
    "70004-7",
    "Coloscopie de surveillance",
    VISIT,
    Enclosed,
    (REASON, "Indication", &["Surveillance après résection colique."]),
    (
        FINDINGS,
        "Résultats",
        &[
            "Préparation de bonne qualité (Boston {7-9}). Anastomose souple. [Pas de polype.|Un polype de {3-6} mm, réséqué.]"
        ]
    ),
    (CONCLUSION, "Conclusion", &["Contrôle dans [trois|cinq] ans."])
);
