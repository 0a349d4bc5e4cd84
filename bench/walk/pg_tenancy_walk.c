/*
 * Two walks over all of a jsonb that do nothing but count, written as a programmer of PostgreSQL
 * would write them: what any reader of the stored bytes has to spend.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(walk_jentries);
PG_FUNCTION_INFO_V1(walk_iterator);

static int64
count_jentries(JsonbContainer *container)
{
	int			pairs = JsonContainerSize(container);
	int			count = JsonContainerIsObject(container) ? 2 * pairs : pairs;
	char	   *data = (char *) &container->children[count];
	uint32		offset = 0;
	int64		seen = count;

	check_stack_depth();
	for (int i = 0; i < count; i++)
	{
		JEntry		entry = container->children[i];

		if (JBE_ISCONTAINER(entry))
			seen += count_jentries((JsonbContainer *) (data + INTALIGN(offset)));
		JBE_ADVANCE_OFFSET(offset, entry);
	}
	return seen;
}

/* The JEntries of a jsonb, those of every container in it included; keys have one too. */
Datum
walk_jentries(PG_FUNCTION_ARGS)
{
	Jsonb	   *document = PG_GETARG_JSONB_P(0);
	int64		seen = count_jentries(&document->root);

	PG_FREE_IF_COPY(document, 0);
	PG_RETURN_INT64(seen);
}

/* The same number, by the server's iterator: its keys, values, elements and inner containers. */
Datum
walk_iterator(PG_FUNCTION_ARGS)
{
	Jsonb	   *document = PG_GETARG_JSONB_P(0);
	JsonbIterator *iterator = JsonbIteratorInit(&document->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	int64		seen = -1;		/* the root container has no JEntry */

	while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE)
		if (token != WJB_END_ARRAY && token != WJB_END_OBJECT)
			seen++;
	PG_FREE_IF_COPY(document, 0);
	PG_RETURN_INT64(seen);
}
