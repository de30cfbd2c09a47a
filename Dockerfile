# One image for every process of OpenVSYS; the command says which one it is.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund \
 && node node_modules/typescript-7/bin/tsc -b \
 && npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-bookworm-slim
# The simulated pool makes its TLS certificates with openssl and keeps its state in /data.
RUN apt-get update \
 && apt-get install -y --no-install-recommends openssl \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o node -g node /data
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/libs ./libs
COPY --from=build /app/apps ./apps
COPY --from=build /app/descriptors ./descriptors
# A volume takes over the owner of the folder that it is mounted on.
RUN mkdir /spool && chown node:node /spool
USER node
CMD ["node", "--enable-source-maps", "apps/api/dist/main.js"]
