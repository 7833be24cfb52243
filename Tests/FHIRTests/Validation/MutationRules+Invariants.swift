import FHIR

extension MutationRule {
    /// A member set to another value where the object has all that the conditions name.
    private init(
        _ name: String, in type: String, where conditions: String = "", change member: String, to text: String,
        at place: String = ""
    ) {
        self.init(name) { site in
            guard site.type.name == type, Self.holds(conditions, site.node) else { return nil }
            return site.setting(member, text, at: site.expression + place)
        }
    }

    /// The object replaced as a whole.
    private init(_ name: String, in type: String, to text: String, at place: String = "") {
        self.init(name) { site in
            site.type.name == type ? site.replaced(by: text, at: site.expression + place) : nil
        }
    }

    /// Rules that the definitions write in FHIRPath, by their keys.
    static let invariants: [MutationRule] = [
        MutationRule("ext-1: neither", in: "Extension", to: #"{"url":"http://example.org"}"#),
        MutationRule(
            "ext-1: both", in: "Extension", where: "!extension url",
            set: #""extension":[{"url":"http://example.org","valueCode":"a"}]"#),
        MutationRule("att-1", in: "Attachment", to: #"{"data":"TWFu"}"#),
        MutationRule("per-1", in: "Period", to: #"{"start":"2024-02-01","end":"2024-01-31"}"#),
        MutationRule("qty-3", in: "Quantity", to: #"{"value":1,"code":"mg"}"#),
        MutationRule("age-1", in: "Age", to: #"{"value":-1,"system":"http://unitsofmeasure.org","code":"a"}"#),
        MutationRule("drt-1", in: "Duration", to: #"{"value":1,"system":"http://example.org","code":"min"}"#),
        MutationRule("rng-2", in: "Range", to: #"{"low":{"value":2},"high":{"value":1}}"#),
        MutationRule("rat-1", in: "Ratio", to: #"{"numerator":{"value":1}}"#),
        MutationRule("cpt-2", in: "ContactPoint", to: #"{"value":"1234"}"#),
        MutationRule("exp-1", in: "Expression", to: #"{"language":"text/fhirpath","description":"x"}"#),
        MutationRule("tim-1", in: "Timing.repeat", to: #"{"duration":1}"#),
        MutationRule("tim-2", in: "Timing.repeat", to: #"{"period":1}"#),
        MutationRule("tim-4", in: "Timing.repeat", to: #"{"duration":-1,"durationUnit":"h"}"#),
        MutationRule("tim-5", in: "Timing.repeat", to: #"{"period":-1,"periodUnit":"h"}"#),
        MutationRule("tim-6", in: "Timing.repeat", to: #"{"periodMax":2}"#),
        MutationRule("tim-7", in: "Timing.repeat", to: #"{"durationMax":2}"#),
        MutationRule("tim-8", in: "Timing.repeat", to: #"{"countMax":2}"#),
        MutationRule("tim-9", in: "Timing.repeat", to: #"{"offset":2,"when":["C"]}"#),
        MutationRule("tim-10", in: "Timing.repeat", to: #"{"timeOfDay":["10:00:00"],"when":["MORN"]}"#),
        MutationRule("pat-1", in: "Patient.contact", to: #"{"gender":"male"}"#),
        MutationRule("obs-3", in: "Observation.referenceRange", to: #"{"appliesTo":[{"text":"x"}]}"#),
        MutationRule(
            "obs-6", in: "Observation", where: "valueQuantity !dataAbsentReason",
            set: #""dataAbsentReason":{"text":"x"}"#),
        MutationRule("obs-7") { site in
            guard site.type.name == "Observation", holds("valueQuantity !component", site.node),
                let code = site.node["code"], code["coding"] != nil
            else { return nil }
            return site.adding("\"component\":[{\"code\":\(site.source(code))}]", at: site.expression)
        },
        MutationRule(
            "con-4", in: "Condition", where: "abatementDateTime clinicalStatus", change: "clinicalStatus",
            to: #"{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]}"#),
        MutationRule(
            "con-5", in: "Condition", where: "clinicalStatus", change: "verificationStatus",
            to:
                #"{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"entered-in-error"}]}"#
        ),
        MutationRule("con-1", in: "Condition.stage", to: #"{"type":{"text":"x"}}"#),
        MutationRule(
            "ait-2", in: "AllergyIntolerance", where: "clinicalStatus", change: "verificationStatus",
            to:
                #"{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"entered-in-error"}]}"#
        ),
        MutationRule("ait-1", in: "AllergyIntolerance", where: "clinicalStatus", drop: "clinicalStatus"),
        MutationRule("app-1", in: "Appointment.participant", to: #"{"status":"accepted"}"#),
        MutationRule("app-2", in: "Appointment", where: "start end", drop: "end"),
        MutationRule(
            "app-4", in: "Appointment", where: "status=booked !cancelationReason",
            set: #""cancelationReason":{"text":"x"}"#),
        MutationRule(
            "org-2", in: "Organization", where: "!address", set: #""address":[{"use":"home","city":"x"}]"#,
            at: ".address[0]"),
        MutationRule(
            "org-3", in: "Organization", where: "!telecom",
            set: #""telecom":[{"use":"home","system":"phone","value":"1"}]"#, at: ".telecom[0]"),
        MutationRule(
            "cpl-3", in: "CarePlan.activity", where: "detail !reference", set: #""reference":{"display":"x"}"#),
        MutationRule("prr-1", in: "ServiceRequest", where: "code orderDetail", drop: "code"),
        MutationRule("lst-1", in: "List", where: "entry !emptyReason", set: #""emptyReason":{"text":"x"}"#),
        MutationRule("cmp-1", in: "Composition.section", to: #"{"title":"x"}"#),
        MutationRule(
            "cmp-2", in: "Composition.section", where: "entry !emptyReason", set: #""emptyReason":{"text":"x"}"#),
        MutationRule("ppc-1", in: "Consent", where: "policyRule !policy", drop: "policyRule"),
        MutationRule(
            "fhs-2", in: "FamilyMemberHistory", where: "!estimatedAge !ageAge !ageRange !ageString",
            set: #""estimatedAge":true"#),
        MutationRule("gol-1", in: "Goal.target", to: #"{"detailString":"x"}"#),
        MutationRule("imm-1", in: "Immunization.education", to: #"{"publicationDate":"2024"}"#),
        MutationRule("mad-1", in: "MedicationAdministration.dosage", to: #"{"text":"x"}"#),
        MutationRule(
            "mdd-1", in: "MedicationDispense", where: "whenHandedOver whenPrepared", change: "whenPrepared",
            to: #""2999""#),
        MutationRule("sev-1", in: "AuditEvent.entity", to: #"{"name":"x","query":"TWFu"}"#),
        MutationRule("que-1", in: "Questionnaire.item", to: #"{"linkId":"z9","type":"group"}"#),
        MutationRule("que-3", in: "Questionnaire.item", to: #"{"linkId":"z9","type":"display","code":[{"code":"a"}]}"#),
        MutationRule(
            "que-4", in: "Questionnaire.item",
            to:
                #"{"linkId":"z9","type":"choice","answerOption":[{"valueString":"a"}],"answerValueSet":"http://example.org"}"#
        ),
        MutationRule("que-6", in: "Questionnaire.item", to: #"{"linkId":"z9","type":"display","required":true}"#),
        MutationRule(
            "que-8", in: "Questionnaire.item", to: #"{"linkId":"z9","type":"display","initial":[{"valueString":"a"}]}"#),
        MutationRule("que-10", in: "Questionnaire.item", to: #"{"linkId":"z9","type":"date","maxLength":3}"#),
        MutationRule(
            "que-12", in: "Questionnaire.item",
            to:
                #"{"linkId":"z9","type":"string","enableWhen":[{"question":"a","operator":"exists","answerBoolean":true},{"question":"b","operator":"exists","answerBoolean":true},{"question":"c","operator":"exists","answerBoolean":true}]}"#
        ),
        MutationRule(
            "que-2", in: "Questionnaire", where: "item", change: "item",
            to:
                #"[{"linkId":"a","type":"string"},{"linkId":"b","type":"group","item":[{"linkId":"a","type":"string"}]}]"#
        ),
        MutationRule(
            "qrs-1", in: "QuestionnaireResponse.item",
            to: #"{"linkId":"1","answer":[{"valueString":"a"}],"item":[{"linkId":"2"}]}"#),
        MutationRule("vsd-1", in: "ValueSet.compose.include", to: #"{"version":"1"}"#),
        MutationRule(
            "vsd-3", in: "ValueSet.compose.include",
            to:
                #"{"system":"http://example.org","concept":[{"code":"a"}],"filter":[{"property":"a","op":"=","value":"b"}]}"#
        ),
        MutationRule(
            "csd-1", in: "CodeSystem", where: "concept", change: "concept", to: #"[{"code":"a"},{"code":"a"}]"#),
        MutationRule("cmd-1", in: "ConceptMap.group.element.target", to: #"{"code":"a","equivalence":"narrower"}"#),
        MutationRule("cpb-1", in: "CapabilityStatement", where: "rest !messaging !document", drop: "rest"),
        MutationRule(
            "cpb-14", in: "CapabilityStatement", where: "kind=instance implementation", drop: "implementation"),
        MutationRule("eld-3", in: "ElementDefinition", where: "max", change: "max", to: #""many""#, at: ".max"),
        MutationRule("eld-2", in: "ElementDefinition", where: "min max=1", change: "min", to: "2"),
        MutationRule(
            "eld-8", in: "ElementDefinition", where: "!fixedString !patternString",
            set: #""fixedString":"a","patternString":"a""#),
        MutationRule(
            "eld-18", in: "ElementDefinition", where: "isModifier=false !isModifierReason", change: "isModifier",
            to: "true"),
        MutationRule("opd-1", in: "OperationDefinition.parameter", to: #"{"name":"a","use":"in","min":0,"max":"1"}"#),
        MutationRule(
            "inv-1", in: "Parameters.parameter",
            to: #"{"name":"a","valueString":"a","part":[{"name":"b","valueString":"c"}]}"#),
        MutationRule(
            "tcp-2", in: "TerminologyCapabilities", where: "description !software !implementation", drop: "description"),
        MutationRule(
            "lnk-1", in: "Linkage", where: "item", change: "item",
            to: #"[{"type":"source","resource":{"display":"a"}}]"#),
        MutationRule(
            "nsd-1", in: "NamingSystem", where: "kind=root", change: "uniqueId", to: #"[{"type":"uuid","value":"a"}]"#),
        MutationRule("msq-3", in: "MolecularSequence", where: "coordinateSystem", change: "coordinateSystem", to: "2"),
        MutationRule(
            "trd-1", in: "TriggerDefinition",
            to: #"{"type":"data-added","data":[{"type":"Patient"}],"timingDate":"2024"}"#),
        MutationRule("drq-1", in: "DataRequirement.codeFilter", to: #"{"path":"a","searchParam":"b"}"#),
    ]
}
