// The yardstick: invite-partner as it would be written for Node, with the AWS SDK. It reads the caller and the programs in one
// step and writes partner, address and event in one transaction, as ours does; it checks less, and answers the same.
import { createHash, randomBytes } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";

const table = process.env.TABLE;
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

async function invite(event) {
  const { brand } = event.pathParameters;
  const key = createHash("sha256").update(event.headers.authorization.replace("Bearer ", "")).digest("hex");
  const { name, email } = JSON.parse(event.body);
  const [callers, programs] = await Promise.all([
    documents.send(new BatchGetCommand({ RequestItems: { [table]: { ConsistentRead: true, Keys: [{ pk: `KEY#${key}`, sk: "KEY" }] } } })),
    documents.send(new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
      ExpressionAttributeValues: { ":pk": `BRAND#${brand}`, ":sk": "PROGRAM#" },
    })),
  ]);
  if (callers.Responses[table].length === 0) return { statusCode: 401, body: '{"error": "unauthenticated"}' };
  const id = randomBytes(16).toString("hex");
  const create = (item) => ({ Put: { TableName: table, Item: item, ConditionExpression: "attribute_not_exists(pk)" } });
  await documents.send(new TransactWriteCommand({
    TransactItems: [
      create({ pk: `PARTNER#${brand}#${id}`, sk: "PARTNER", name, email, grants: programs.Items.map((program) => program.sk) }),
      create({ pk: `EMAIL#${brand}#${email}`, sk: "EMAIL", id }),
      create({ pk: `PARTNER#${brand}#${id}`, sk: `EVENT#${id}`, type: "partner.invited" }),
    ],
  }));
  return { statusCode: 201, headers: { "content-type": "application/json" }, body: JSON.stringify({ id, name, email }) };
}

// The Runtime API, by the least that works: Lambda's own client for Node does more.
const runtime = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
for (;;) {
  const next = await fetch(`${runtime}/next`);
  const id = next.headers.get("lambda-runtime-aws-request-id");
  try {
    const answer = await invite(await next.json());
    await fetch(`${runtime}/${id}/response`, { method: "POST", body: JSON.stringify(answer) });
  } catch (error) {
    const body = JSON.stringify({ errorType: error.name, errorMessage: error.message, stackTrace: [] });
    await fetch(`${runtime}/${id}/error`, { method: "POST", body });
  }
}
