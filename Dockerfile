# syntax=docker/dockerfile:1
FROM node:24-slim AS build
WORKDIR /inkling
# The platform packages that bring Node 24 to older machines are optional, and this image is Node 24.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional
COPY . .
RUN npm run build

FROM node:24-slim
ENV NODE_ENV=production DATA_DIR=/data PORT=8501
WORKDIR /inkling
COPY --from=build /inkling/package.json ./
COPY --from=build /inkling/node_modules ./node_modules
COPY --from=build /inkling/shared ./shared
COPY --from=build /inkling/training ./training
COPY --from=build /inkling/db ./db
COPY --from=build /inkling/init.sql ./
COPY --from=build /inkling/models ./models
COPY --from=build /inkling/server ./server
COPY --from=build /inkling/client/dist ./client/dist
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://localhost:${process.env.PORT}/healthz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm: signals reach the server, which stops gracefully.
CMD ["node", "--max-semi-space-size=8", "server/start.mjs"]
