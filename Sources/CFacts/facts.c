#include "facts.h"

// The sections are read in place as records of this machine's integers.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "facts.bin is little endian");
_Static_assert(sizeof(mediconnect_fact_type) == 40 && sizeof(mediconnect_fact_element) == 28, "record layout");
_Static_assert(sizeof(mediconnect_fact_slot) == 8 && sizeof(mediconnect_fact_search_parameter) == 32, "record layout");

_Alignas(8) static const unsigned char facts[] = {
#embed "facts.bin"
};

const unsigned char *mediconnect_facts(size_t *count) {
    *count = sizeof facts;
    return facts;
}

_Alignas(8) static const unsigned char terminology[] = {
#embed "terminology.bin"
};

const unsigned char *mediconnect_terminology(size_t *count) {
    *count = sizeof terminology;
    return terminology;
}
