// libxml2's headers bring ICU's along where it was built with it, and those are not the ones that Foundation was built
// with: who imports both would see every type of ICU twice. Nothing of ICU is used here; what the headers leave out
// without it are the last members of a structure that is only ever pointed at.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/xmlreader.h>
#include <libxml/xmlwriter.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
